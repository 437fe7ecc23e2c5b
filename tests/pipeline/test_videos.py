"""Facts of videos."""

import io

import av
import pytest

from pipeline.media import MediaError, facts_of
from pipeline.videos import measured
from social.networks.base import MediaFacts, MediaKind

URL = "https://example.org/clip.mp4"


def silent(frame):
    # A new frame holds whatever the memory held.
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def video(form: str = "mp4", *, codec: str = "mpeg4", frames: int = 50, fps: int = 25, turned: int = 0) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        if turned:
            stream.set_display_rotation(turned)
        frame = silent(av.VideoFrame(320, 180, "yuv420p"))
        for at in range(frames):
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


def facts(data: bytes) -> MediaFacts:
    return measured(data, facts_of(data, url=URL))


@pytest.mark.parametrize(("form", "codec"), [("mp4", "mpeg4"), ("mov", "mpeg4"), ("avi", "mpeg4"), ("webm", "libvpx")])
def test_a_video_is_measured(form, codec):
    found = facts(video(form, codec=codec))
    assert (found.kind, found.format, found.width, found.height, found.fps) == (MediaKind.VIDEO, form, 320, 180, 25.0)
    assert found.duration == pytest.approx(2.0, abs=0.1)
    assert found.codec == {"libvpx": "vp8"}.get(codec, codec)


@pytest.mark.parametrize("turned", [90, -90, 270])
def test_a_turned_video_is_measured_as_shown(turned):
    found = facts(video(turned=turned))
    assert (found.width, found.height) == (180, 320)


def test_half_a_turn_changes_nothing():
    found = facts(video(turned=180))
    assert (found.width, found.height) == (320, 180)


def test_only_sound_is_no_video():
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = silent(av.AudioFrame(format="fltp", layout="mono", samples=1024))
        frame.sample_rate = 44_100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(MediaError, match="only sound"):
        facts(out.getvalue())


@pytest.mark.parametrize("keep", [20, 48, 300])
def test_a_broken_video_is_a_reason(keep):
    with pytest.raises(MediaError, match="broken mp4"):
        facts(video()[:keep])


def test_a_playlist_in_disguise_is_not_followed():
    playlist = b"\x00\x00\x00\x18ftypmp42#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    with pytest.raises(MediaError, match="broken"):
        facts(playlist)


def test_a_container_without_a_reader_is_named():
    with pytest.raises(MediaError, match="cannot be measured"):
        measured(b"", MediaFacts(url=URL, kind=MediaKind.VIDEO, format="flv"))
