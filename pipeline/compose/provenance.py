"""How a picture came to be, as its metadata says: the one thing of them that a picture made anew keeps.

IPTC's Digital Source Type marks what an AI made or changed. Networks read it to label such pictures, and laws ask that
it is not taken off. Only terms of IPTC's own list are kept, so that nothing private can ride along.
"""

import re
from collections.abc import Mapping
from typing import Any

_TERM = re.compile(
    rb"\bDigitalSourceType(?:\s*>|[^<>\"']{0,60}[\"'])\s*"
    rb"(https?://cv\.iptc\.org/newscodes/digitalsourcetype/[A-Za-z]{1,60})(?=[\s\"'<])"
)
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="{}"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


def source_packet(info: Mapping[Any, Any]) -> str:
    """An XMP packet with nothing but the Digital Source Type in pillow's `info` of a picture; empty for none."""
    given = info.get("xmp")
    found = _TERM.search(given) if isinstance(given, bytes) else None
    return _PACKET.format(found[1].decode()) if found else ""
