"""The folder of a sheet's pictures: what is inside is found however it is spelled, what is outside never."""

import os
import unicodedata

import pytest

from pipeline.fetching import FetchError
from pipeline.mediafolder import MediaFolder, NotInFolder
from pipeline.sources.feeds import parse_feed


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "pictures"
    (inside / "harbour").mkdir(parents=True)
    (inside / "boat.jpg").write_bytes(b"boat")
    (inside / "harbour" / "two boats #1.jpg").write_bytes(b"two")
    (inside / unicodedata.normalize("NFD", "Möwe.jpg")).write_bytes(b"gull")
    (inside / "link.jpg").symlink_to(inside / "boat.jpg")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "pictures-too").mkdir()
    (tmp_path / "pictures-too" / "near.jpg").write_bytes(b"near")
    return MediaFolder(str(inside))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("boat.jpg", b"boat"),
        ("./boat.jpg", b"boat"),
        ("harbour/two boats #1.jpg", b"two"),
        ("harbour\\two boats #1.jpg", b"two"),
        ("Möwe.jpg", b"gull"),
        ("link.jpg", b"boat"),
    ],
)
def test_files_inside_are_found(folder, name, data):
    address = folder.address(name)
    assert (address.startswith("media:"), "#" in address, " " in address) == (True, False, False)
    assert folder.read(address, most=4) == data


@pytest.mark.parametrize(
    "name",
    [
        "../secret.jpg",
        "harbour/../../secret.jpg",
        "..\\secret.jpg",
        "/etc/hostname",
        "\\\\server\\share\\a.jpg",
        "C:\\Users\\a.jpg",
        "c:a.jpg",
        "../pictures-too/near.jpg",
        "out.jpg",
        "way/secret.jpg",
        "gone.jpg",
        "harbour",
        "pipe.jpg",
        "loop.jpg",
        "a\0.jpg",
        "",
        "~/a.jpg",
        "%2e%2e/secret.jpg",
        "x" * 5000,
    ],
)
def test_nothing_else_is_read(folder, tmp_path, name):
    inside = tmp_path / "pictures"
    (inside / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (inside / "way").symlink_to(tmp_path, target_is_directory=True)
    (inside / "loop.jpg").symlink_to(inside / "loop.jpg")
    os.mkfifo(inside / "pipe.jpg")
    with pytest.raises(NotInFolder):
        folder.address(name)
    for address in (f"media:{name}", f"media:{name.replace('.', '%2e').replace('/', '%2f')}"):
        with pytest.raises(FetchError):
            folder.read(address, most=100)


def test_what_changed_since_is_looked_at_again(folder, tmp_path):
    address = folder.address("boat.jpg")
    with pytest.raises(FetchError, match="4 bytes, more than the 3 allowed"):
        folder.read(address, most=3)
    (tmp_path / "pictures" / "boat.jpg").unlink()
    (tmp_path / "pictures" / "boat.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(FetchError, match="leads out of media_folder"):
        folder.read(address, most=100)


def test_a_feed_cannot_name_files_of_the_folder():
    media = '<enclosure url="media:boat.jpg" type="image/jpeg"/><enclosure url="media:clip.mp4" type="video/mp4"/>'
    text = '<description>&lt;img src="media:boat.jpg"&gt; seen</description>'
    feed = f'<rss version="2.0"><channel><item><guid>1</guid><title>One</title>{media}{text}</item></channel></rss>'
    (item,) = parse_feed(feed.encode(), url="https://example.org/feed").items
    assert (item.pictures, item.video) == ((), "")
