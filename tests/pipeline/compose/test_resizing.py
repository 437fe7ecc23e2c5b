"""Pictures made to fit the networks' rules."""

import io
from xml.parsers import expat

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from pipeline.campaign import Campaign, Pictures
from pipeline.compose.renditions import Renditions, picture_rules, render
from pipeline.compose.resizing import MOST_PIXELS, CannotFit, refit
from pipeline.media import facts_of
from social.networks import NETWORKS
from social.networks.base import FileRule, MediaFacts, MediaKind
from social.networks.checks import fits
from social.networks.limits import at_most, ratio

URL = "https://example.org/a"


def encoded(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 70).convert("RGB")


def made(data: bytes, *platforms: str, together: bool = False, **pictures: object) -> Renditions:
    campaign = Campaign.model_validate({"platforms": platforms, "pictures": pictures})
    return render(data, facts_of(data, url=URL), picture_rules(campaign), campaign, together=together)


def opened(found: Renditions, network: str) -> Image.Image:
    return Image.open(io.BytesIO(found.files[found.by_network[network].url].data)).convert("RGB")


def near(pixel: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True))


SHAPES = {
    "webp": lambda: encoded(noise(640, 480), "WEBP"),
    "png": lambda: encoded(noise(500, 500), "PNG"),
    "bmp": lambda: encoded(noise(400, 400), "BMP"),
    "large": lambda: encoded(noise(2600, 2000), "JPEG", quality=90),
    "wide": lambda: encoded(noise(2400, 400), "JPEG"),
    "tall": lambda: encoded(noise(400, 2400), "PNG"),
    "small": lambda: encoded(noise(200, 200), "JPEG", quality=95),
    "cmyk": lambda: encoded(noise(1500, 1500).convert("CMYK"), "JPEG"),
    "palette": lambda: encoded(noise(900, 600).quantize(), "GIF"),
    "16 bit": lambda: encoded(Image.effect_noise((700, 700), 60).convert("I;16"), "PNG"),
}
TAKERS = sorted(name for name, network in NETWORKS.items() if network.media.max_images and name != "reddit")


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_network_gets_a_file_that_holds_its_rule(shape, fit):
    data = SHAPES[shape]()
    found = made(data, *TAKERS, fit=fit)
    assert found.failures == {}
    original = facts_of(data, url=URL)
    for name, rule in picture_rules(Campaign(platforms=TAKERS)).items():
        if fits(rule, original):
            assert name not in found.by_network
        else:
            file = found.files[found.by_network[name].url]
            facts = facts_of(file.data, url=URL)
            assert fits(rule, facts), name
            assert (facts.width, facts.height, facts.size) == (file.facts.width, file.facts.height, len(file.data))


def test_what_fits_is_not_touched():
    assert made(encoded(noise(600, 600), "JPEG"), *TAKERS) == Renditions()


def test_networks_of_one_shape_share_a_file_and_the_others_keep_the_original():
    found = made(encoded(noise(3000, 500), "JPEG"), "facebook", "tiktok", "instagram", "linkedin")
    assert found.by_network.keys() == {"facebook", "tiktok", "instagram"}
    assert found.by_network["facebook"] == found.by_network["tiktok"] != found.by_network["instagram"]
    assert len(found.files) == 2


def test_pictures_that_go_together_are_one_file_for_all():
    found = made(encoded(noise(3000, 500), "JPEG"), "facebook", "instagram", "linkedin", together=True)
    assert len(found.files) == 1
    assert len({facts.url for facts in found.by_network.values()}) == 1
    assert found.by_network.keys() == {"facebook", "instagram", "linkedin"}


def test_a_png_becomes_a_jpeg_only_for_tiktok():
    found = made(encoded(noise(500, 500), "PNG"), "tiktok", "facebook")
    assert list(found.by_network) == ["tiktok"]
    assert found.by_network["tiktok"].format == "jpeg"


def test_padding_keeps_the_picture_and_cropping_fills_the_shape():
    data = encoded(Image.new("RGB", (1800, 600), "red"), "JPEG")
    padded, cropped = (
        opened(made(data, "instagram", **how), "instagram")
        for how in ({"fit": "pad", "background": "#0000ff"}, {"fit": "crop"})
    )
    assert (padded.width, cropped.height) == (1440, 600)
    assert near(padded.getpixel((5, 5)), (0, 0, 255))
    assert near(padded.getpixel((padded.width // 2, padded.height // 2)), (254, 0, 0))
    assert all(
        near(cropped.getpixel((x, y)), (254, 0, 0)) for x in (2, cropped.width - 3) for y in (2, cropped.height - 3)
    )


def test_without_reshaping_only_the_networks_that_ask_for_a_shape_go_without():
    found = made(encoded(noise(3000, 500), "JPEG"), "facebook", "instagram", fit="none")
    assert list(found.by_network) == ["facebook"]
    assert "pictures.fit is none" in found.failures["instagram"]


def test_a_turned_photo_stands_upright_without_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    photo = Image.new("RGB", (3000, 1000), "red")
    photo.paste("lime", (0, 0, 1500, 1000))
    found = made(encoded(photo, "JPEG", exif=exif), "facebook")
    shown = opened(found, "facebook")
    assert shown.width < shown.height
    assert near(shown.getpixel((shown.width // 2, 50)), (0, 255, 0))
    assert b"taken at home" not in next(iter(found.files.values())).data


def test_colours_of_another_profile_become_srgb():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # sRGB with the primaries of red and blue exchanged.
    swapped = srgb.replace(b"rXYZ", b"-XYZ").replace(b"bXYZ", b"rXYZ").replace(b"-XYZ", b"bXYZ")
    photo = Image.new("RGB", (2600, 100), (120, 60, 200))
    for profile, wanted in ((srgb, (120, 60, 200)), (swapped, (200, 60, 120))):
        found = made(encoded(photo, "JPEG", icc_profile=profile), "facebook")
        assert near(opened(found, "facebook").getpixel((50, 50)), wanted)
        assert "icc_profile" not in Image.open(io.BytesIO(next(iter(found.files.values())).data)).info


def test_a_broken_profile_spoils_nothing():
    data = encoded(Image.new("RGB", (2600, 100), "red"), "JPEG", icc_profile=b"nonsense")
    assert near(opened(made(data, "facebook"), "facebook").getpixel((9, 9)), (254, 0, 0))


def test_transparency_lies_on_the_background_where_there_is_none():
    clear = Image.new("RGBA", (500, 500), (255, 0, 0, 0))
    found = made(encoded(clear, "PNG"), "tiktok", background="#00ff00")
    assert near(opened(found, "tiktok").getpixel((200, 200)), (0, 255, 0))
    large = made(encoded(Image.new("RGBA", (3000, 3000), (255, 0, 0, 0)), "PNG"), "facebook")
    assert facts_of(next(iter(large.files.values())).data, url=URL).format == "png"


def test_an_animation_is_left_alone():
    frames = [Image.new("RGB", (3000, 300), colour) for colour in ("red", "lime")]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert made(gif, *TAKERS) == Renditions()
    webp = made(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "facebook")
    assert "animated" in webp.failures["facebook"]


@pytest.mark.parametrize(
    ("facts", "rule", "reason"),
    [
        ({"width": MOST_PIXELS, "height": 2}, FileRule(), "are unpacked"),
        ({"width": 10, "height": 10}, NETWORKS["threads"].media.image, "too few"),
        ({"width": 100, "height": 100}, FileRule(size=at_most(20)), "cannot be made to hold"),
        ({"format": "heic", "width": None, "height": None}, FileRule(), "not converted"),
        ({"kind": MediaKind.GIF, "format": "gif"}, FileRule(), "not converted"),
        ({"width": 100, "height": 100}, FileRule(formats=frozenset({"webp"})), "cannot be made to hold"),
        ({"width": 100, "height": 50}, FileRule(ratio=ratio(3, 2.5)), "no shape"),
    ],
)
def test_what_cannot_be_done_is_said(facts, rule, reason):
    given = {"kind": MediaKind.IMAGE, "format": "png", "width": 100, "height": 100, **facts}
    with pytest.raises(CannotFit, match=reason):
        refit(encoded(noise(100, 100), "PNG"), MediaFacts(url=URL, **given), [rule], Pictures())


@pytest.mark.parametrize("keep", [60, 400, 2_000])
def test_a_broken_picture_is_a_reason(keep):
    data = encoded(noise(600, 600), "PNG")
    with pytest.raises(CannotFit, match="cannot be unpacked"):
        refit(data[:keep], facts_of(data, url=URL), [FileRule(formats=frozenset({"jpeg"}))], Pictures())


def test_one_file_holds_all_rules_at_once():
    data = encoded(noise(600, 600), "JPEG")
    made = refit(data, facts_of(data, url=URL), [FileRule(), FileRule(size=at_most(60_000))], Pictures())
    assert len(made.data) == made.facts.size <= 60_000


TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
TOLD = {
    "an attribute": f'Iptc4xmpExt:DigitalSourceType="{TERM}"/>',
    "an element": f"><Iptc4xmpExt:DigitalSourceType>{TERM}</Iptc4xmpExt:DigitalSourceType></rdf:Description>",
    "a resource": f'><ext:DigitalSourceType\n rdf:resource="{TERM}"/></rdf:Description>',
}


def xmp(told: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description dc:creator="Jane Private" exif:GPSLatitude="53,33N" {told}</rdf:RDF></x:xmpmeta>'
    ).encode()


def parsed(packet: str) -> bool:
    """Whether the packet is XML whose prefixes are all declared."""
    parser = expat.ParserCreate(namespace_separator=" ")
    return bool(parser.Parse(packet, True))


def marked(form: str, packet: bytes, width: int = 2600, height: int = 400) -> bytes:
    if form == "PNG":
        told = PngInfo()
        told.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=True)
        return encoded(noise(width, height), form, pnginfo=told)
    return encoded(noise(width, height), form, **({"tiffinfo": {700: packet}} if form == "TIFF" else {"xmp": packet}))


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("wanted", ["jpeg", "png"])
def test_the_mark_of_an_ai_is_kept_and_nothing_else(form, told, wanted):
    data = marked(form, xmp(TOLD[told]))
    rules = [FileRule(formats=frozenset({wanted}), width=at_most(500))]
    image = Image.open(io.BytesIO(refit(data, facts_of(data, url=URL), rules, Pictures()).data))
    image.load()
    assert image.format == wanted.upper()
    packet = image.info["xmp"].decode()
    assert packet.count(f'Iptc4xmpExt:DigitalSourceType="{TERM}"') == 1
    assert not [word for word in ("Private", "GPSLatitude", "53,33N") if word in packet]
    assert parsed(packet)


@pytest.mark.parametrize(
    "told",
    [
        'dc:title="of DigitalSourceType"/>',
        'Iptc4xmpExt:DigitalSourceType="https://tracker.example/?who=me"/>',
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/Jane%20Private"/>',
    ],
)
def test_what_is_no_term_of_the_list_is_stripped(told):
    (rendition,) = made(marked("JPEG", xmp(told)), "instagram").files.values()
    assert "xmp" not in Image.open(io.BytesIO(rendition.data)).info
