"""Spoken digits of a folder of recordings, made here; the real ones where they are."""

import os
import pathlib
import struct
import wave

import numpy as np
import pytest

from tfgan_zoo import sounds
from tfgan_zoo.datasets import load, load_arrays
from tfgan_zoo.datasets.conditional import spoken

REPOSITORY = pathlib.Path(__file__).parents[3]
REAL = REPOSITORY.parent / "shared" / "data" / "audio" / "fsdd" / "recordings"


def tone(count, hertz, rate=8000, loud=0.5):
    return loud * np.sin(2 * np.pi * hertz * np.arange(count) / rate)


def write(path, samples, rate=8000, width=2, channels=1):
    scaled = np.rint(np.asarray(samples) * (2 ** (8 * width - 1) - 1)).astype("<i4")
    if width == 1:
        data = (scaled + 128).astype(np.uint8).tobytes()
    else:
        data = scaled[..., None].view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)


@pytest.fixture
def folder(tmp_path):
    """Three speakers who say 0, 3 and 7 twice: tones of 100 Hz for each digit, and one more."""
    for number, speaker in enumerate(("anna", "bert", "cleo")):
        for digit in (0, 3, 7):
            for index in range(2):
                samples = tone(2000 + 100 * number, 100 * (digit + 1))
                write(tmp_path / f"{digit}_{speaker}_{index}.wav", samples)
    return tmp_path


def test_what_is_heard_is_what_is_written(folder):
    train = load_arrays(f"spoken_digits:{folder},digits", split="train")
    assert train.info.num_examples == 2 * 6 * spoken.IMAGES
    assert train.info.shapes["audio"] == (8000,)
    assert train.info.sample_rate == 8000
    assert train.info.image_shape == (8, 8, 1)
    audio = np.asarray(train.extras["audio"])
    heard = abs(np.fft.rfft(audio[:, :2000], axis=1)).argmax(axis=1) * 4
    np.testing.assert_allclose(heard, 100 * (train.labels + 1), atol=4)
    written = load_arrays("digits", split="train")
    of = {
        image.tobytes(): label for image, label in zip(written.images, written.labels, strict=True)
    }
    assert [of[image.tobytes()] for image in train.images] == train.labels.tolist()
    # one recording has several images, and another one others
    assert len({image.tobytes() for image in train.images}) > 0.7 * len(train.images)
    loudest = abs(audio).max(axis=1)  # of 800 Hz, samples miss the crest
    assert 0.47 < loudest.min() < loudest.max() < 0.501
    assert not audio[:, 2200:].any()


def test_the_last_speaker_is_heard_in_the_test_only(folder):
    name = f"spoken_digits:{folder},digits"
    train, test = (load_arrays(name, split=split) for split in ("train", "test"))
    assert set(train.extras["factor_speaker"]) == {0, 1}
    assert set(test.extras["factor_speaker"]) == {2}
    assert test.info.num_examples == 6
    held_out = {image.tobytes() for image in load_arrays("digits", split="test").images}
    assert all(image.tobytes() in held_out for image in test.images)
    one = load_arrays(name, split="bert[:8]")
    assert set(one.extras["factor_speaker"]) == {1}
    assert len(set(one.labels)) == 1
    again = load_arrays(name, split="train")
    np.testing.assert_array_equal(again.images, train.images)
    # a slice of it has all speakers
    assert set(load_arrays(name, split="train[:50%]").extras["factor_speaker"]) == {0, 1}


def test_examples_are_of_every_digit(folder):
    whole = load_arrays(f"spoken_digits:{folder},digits", split="train")
    examples, recorded = whole.info.example_audio, set(whole.labels)
    heard = abs(np.fft.rfft(examples[: len(recorded), :2000], axis=1)).argmax(axis=1) * 4
    np.testing.assert_allclose(heard, [100 * (digit + 1) for digit in sorted(recorded)], atol=4)


def test_batches(folder):
    data = load(f"spoken_digits:{folder},digits", batch_size=4, image_size=16)
    batch = next(iter(data))
    assert {key: tuple(value.shape[1:]) for key, value in batch.items()} == data.info.shapes
    heard = abs(np.fft.rfft(batch["audio"].numpy()[:, :2000], axis=1)).argmax(axis=1) * 4
    np.testing.assert_allclose(heard, 100 * (batch["label"].numpy() + 1), atol=4)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_samples_of_every_width(tmp_path, width):
    samples = tone(400, 300)
    write(
        tmp_path / "a.wav", np.stack([samples, 0 * samples], 1).ravel(), 11_025, width, channels=2
    )
    read, rate = sounds.read(tmp_path / "a.wav")
    assert rate == 11_025
    np.testing.assert_allclose(read, samples / 2, atol=0.006 if width == 1 else 4e-5)


@pytest.mark.parametrize("bits", [24, 32])
def test_samples_as_other_programs_write_them(tmp_path, bits):
    """24 bits with the long header that says which channel is where; and floats, one of them too loud."""
    samples = 0.9 * tone(400, 300)
    if bits == 24:
        data = np.rint(samples * 2**31).astype("<i4")[:, None].view(np.uint8)[:, 1:].tobytes()
        guid = b"\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
        more = struct.pack("<HHI", 22, 24, 4) + guid
        form = struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 24_000, 3, 24) + more
    else:
        samples[7] = 1.5
        data = samples.astype("<f4").tobytes()
        form = struct.pack("<HHIIHH", 3, 1, 8000, 32_000, 4, 32)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    chunks += (
        b"LIST" + struct.pack("<I", 4) + b"note" + b"data" + struct.pack("<I", len(data)) + data
    )
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    read, rate = sounds.read(tmp_path / "a.wav")
    assert rate == 8000
    np.testing.assert_allclose(read, np.minimum(samples, 1), atol=1e-6)


@pytest.mark.parametrize(("length", "channels"), [(30, 1), (20, 1), (44, 0), (444, 0)])
def test_headers_that_make_no_sense(tmp_path, length, channels):
    write(tmp_path / "a.wav", tone(400, 300))
    content = bytearray((tmp_path / "a.wav").read_bytes())
    content[22] = channels
    (tmp_path / "a.wav").write_bytes(content[:length])
    with pytest.raises(ValueError, match="it is cut off, or its header makes no sense"):
        sounds.read(tmp_path / "a.wav")


@pytest.mark.parametrize("rate", [4000, 11_025, 16_000, 44_100])
def test_other_rates_are_resampled_and_said(folder, rate, caplog):
    write(folder / "7_cleo_0.wav", tone(rate // 4, 800, rate), rate)
    with caplog.at_level("WARNING", "absl"):
        test = load_arrays(f"spoken_digits:{folder},digits", split="test")
    assert f"1 of 6 recordings are at {rate} Hz: resampled to 8000 Hz" in caplog.text
    audio = np.asarray(test.extras["audio"])[test.labels == 7]
    np.testing.assert_allclose(audio[:, 100:1900].std(axis=1), 0.5 / 2**0.5, rtol=0.02)
    heard = abs(np.fft.rfft(audio[:, :2000], axis=1)).argmax(axis=1) * 4
    np.testing.assert_allclose(heard, 800, atol=4)


def test_silence_at_the_ends_is_cut_off_and_long_sounds_are_cut():
    silence, sound = np.zeros(3000, np.float32), tone(9000, 440).astype(np.float32)
    made = sounds.fitted(np.concatenate([silence, sound[:2000], silence]), 8000)
    np.testing.assert_allclose(made[:1900], sound[1:1901], atol=0)
    assert len(sounds.fitted(sound, 8000)) == 8000
    with pytest.raises(ValueError, match="silent"):
        sounds.fitted(silence, 8000)


def test_what_cannot_be_read_is_named_and_left_out(folder):
    (folder / "0_anna_0.wav").write_bytes(b"no sound")
    whole = (folder / "3_anna_0.wav").read_bytes()
    (folder / "3_anna_0.wav").write_bytes(whole[:1000])
    write(folder / "7_anna_0.wav", np.zeros(500))
    write(folder / "0_anna_1.wav", [])
    write(folder / "seven.wav", tone(500, 100))
    with pytest.warns(UserWarning, match="skipped 5 wav files") as caught:
        anna = load_arrays(f"spoken_digits:{folder},digits", split="anna")
    assert caught[0].filename == __file__
    text = str(caught[0].message)
    for part in ("0_anna_0.wav (File format", "3_anna_0.wav (it is cut off)", "7_anna_0.wav (it is "
                 "silent)", "0_anna_1.wav (it holds no sample)", "seven.wav (its name tells"):  # fmt: skip
        assert part in text
    assert anna.info.num_examples == 2 * spoken.IMAGES
    assert set(anna.labels) == {3, 7}
    for file in folder.glob("*_cleo_*"):
        file.write_bytes(b"")
    with pytest.raises(ValueError, match=r"none of its recordings could be read: ._cleo_"):
        load_arrays(f"spoken_digits:{folder},digits", split="test")


def test_folders_without_what_is_needed(folder, tmp_path):
    with pytest.raises(ValueError, match="no such folder"):
        load_arrays(f"spoken_digits:{folder}x,digits", split="train")
    with pytest.raises(
        ValueError, match=r"unknown set of written digits 'digit' \(did you mean 'dig"
    ):
        load_arrays(f"spoken_digits:{folder},digit", split="train")
    with pytest.raises(ValueError, match=r"unknown split 'dora'.*anna, bert, cleo, test, train"):
        load_arrays(f"spoken_digits:{folder},digits", split="dora")
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty" / "hello.wav", tone(500, 100))
    with pytest.raises(
        ValueError, match=r"7_jackson_32\.wav, found none .*1 wav files .*hello\.wav"
    ):
        load_arrays(f"spoken_digits:{tmp_path / 'empty'},digits", split="train")
    write(tmp_path / "empty" / "3_anna_0.wav", tone(500, 100))
    with pytest.raises(ValueError, match="all recordings are anna's, expected two speakers"):
        load_arrays(f"spoken_digits:{tmp_path / 'empty'},digits", split="train")


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL.is_dir(), reason="no copy of the Free Spoken Digit Dataset")
def test_the_real_ones():
    test = load_arrays(f"spoken_digits:{REAL},digits", split="test")
    assert test.info.num_examples == 500
    assert np.bincount(test.labels).tolist() == [50] * 10
    audio = np.asarray(test.extras["audio"])
    assert abs(audio).max() <= 1
    assert (abs(audio[:, -1]) > 0).mean() < 0.1  # a second is enough for most


@pytest.mark.long
@pytest.mark.shared_data
def test_with_mnist(folder):
    prepared = os.environ.get("TFDS_DATA_DIR") or REPOSITORY.parent / "shared" / "data" / "tfds"
    if not (pathlib.Path(prepared) / "mnist").is_dir():
        pytest.skip("no prepared copy of mnist")
    test = load_arrays(f"spoken_digits:{folder}", split="test", data_dir=prepared)
    assert test.info.image_shape == (28, 28, 1)
    written = load_arrays("mnist", split="test", data_dir=prepared)
    for image, label in zip(test.images, test.labels, strict=True):
        (same,) = np.nonzero((written.images == image).all(axis=(1, 2, 3)))
        assert written.labels[same].tolist() == [label]
