"""Facts of a video from its headers: length, frames per second, pixels as shown, codec. Used before a post is drafted.

The bytes are a stranger's, so the container's reader is named beforehand (none that opens other files or addresses is
asked), and it looks at a few megabytes and one frame only.
"""

import io
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.media import MediaError
from social.networks.base import MediaFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_READERS = {"mp4": "mov", "mov": "mov", "m4v": "mov", "webm": "matroska", "mkv": "matroska", "avi": "avi"}
# At most so many bytes and microseconds of a video are looked at; drefs would let a file name other files.
_BOUNDS = {"probesize": "5000000", "analyzeduration": "5000000"}
_NO_REFERENCES = {"mov": {"enable_drefs": "0", "use_absolute_path": "0"}}
# One frame of 8K is 50 MB unpacked.
_MOST_PIXELS = 8_192 * 4_320
_PACKETS = 60


def measured(data: bytes, facts: MediaFacts) -> MediaFacts:
    """`facts` of the video `data` with duration (s), fps, width and height (pixels, as shown) and codec; blocking.

    What the file does not say stays None. Raises MediaError for a video that cannot be read or has no picture track.
    """
    # 0.1 s to import, and most campaigns never see a video.
    import av  # noqa: PLC0415
    from av.error import FFmpegError  # noqa: PLC0415

    reader = _READERS.get(facts.format or "")
    if reader is None:
        raise MediaError(facts.url, f"is {facts.format or 'of unknown format'}, which cannot be measured")
    options = _BOUNDS | _NO_REFERENCES.get(reader, {})
    try:
        with av.open(io.BytesIO(data), "r", format=reader, options=options, metadata_errors="replace") as container:
            return _facts(container, facts)
    except (FFmpegError, ValueError, OSError, EOFError, OverflowError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(facts.url, f"is a broken {facts.format} file ({error})") from error


def _facts(container: "InputContainer", facts: MediaFacts) -> MediaFacts:
    video = next(iter(container.streams.video), None)
    if video is None:
        raise MediaError(facts.url, "has no picture, only sound")
    width, height = video.codec_context.width or None, video.codec_context.height or None
    if width and height and width * height <= _MOST_PIXELS and _lies(container, video):
        width, height = height, width
    return replace(
        facts,
        width=width,
        height=height,
        duration=_duration(container, video),
        fps=_rate(video.average_rate or video.guessed_rate),
        codec=video.codec_context.name,
    )


def _duration(container: "InputContainer", video: "VideoStream") -> float | None:
    if container.duration:
        return container.duration / 1_000_000
    return float(video.duration * video.time_base) if video.duration and video.time_base else None


def _rate(rate: Fraction | None) -> float | None:
    return round(float(rate), 3) if rate else None


def _lies(container: "InputContainer", video: "VideoStream") -> bool:
    """Whether the picture is shown turned by a quarter, as phones record: only a frame tells."""
    import av  # noqa: PLC0415

    for _, packet in zip(range(_PACKETS), container.demux(video), strict=False):
        for frame in packet.decode():
            return isinstance(frame, av.VideoFrame) and abs(frame.rotation) % 180 == 90  # noqa: PLR2004
    return False
