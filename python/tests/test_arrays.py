"""Tokens and keep masks as NumPy arrays."""

import unittest
import zlib

import numpy as np
from numpy.typing import NDArray

import vampc
from tests import fixtures


def hash_of(tokens: NDArray[np.int32]) -> int:
    """Token hash of section 4 of container.md, computed from an array `[channel, codebook, frame]`."""
    in_order = tokens.transpose(2, 1, 0)
    return zlib.crc32(in_order[in_order >= 0].astype(">u2").tobytes())


class TokenArrayTests(unittest.TestCase):
    def test_worked_example(self) -> None:
        container = vampc.read(fixtures.path("worked-example"))
        self.assertEqual(container.tokens.dtype, np.int32)
        self.assertEqual(container.tokens.shape, (1, 14, 6))
        self.assertEqual(container.tokens[0, 0].tolist(), [0x155, -1, 0x0F0, -1, 0x3FF, -1])
        self.assertEqual(container.tokens[0, 1].tolist(), [0x001, -1, 0x200, -1, 0x123, -1])
        self.assertTrue((container.tokens[0, 2:] == -1).all())

    def test_order_of_axes_gives_the_token_hash(self) -> None:
        token_count = 0
        for name in fixtures.names("valid"):
            for index, stream in enumerate(vampc.read(fixtures.path(name))):
                with self.subTest(name, stream=index):
                    self.assertEqual(hash_of(stream.to_array()), stream.token_hash)
                    token_count += np.count_nonzero(stream.tokens >= 0)
        self.assertGreater(token_count, 1_000)

    def test_keep_mask_is_where_every_channel_has_a_token(self) -> None:
        for name in fixtures.names("valid"):
            for index, stream in enumerate(vampc.read(fixtures.path(name))):
                with self.subTest(name, stream=index):
                    expected = np.broadcast_to(stream.kept, stream.tokens.shape)
                    np.testing.assert_array_equal(stream.tokens >= 0, expected)

    def test_block_mask(self) -> None:
        stream = vampc.read(fixtures.path("mask-beats")).stream
        self.assertEqual((stream.first_frame, stream.header.period), (100, 0))
        self.assertEqual(stream.tokens[:, 0, [0, 17, 33, 50]].tolist(), [[848, 576, 769, 197], [24, 242, 325, 711]])
        self.assertEqual(np.flatnonzero(stream.kept[3])[:4].tolist(), [0, 17, 33, 50])

    def test_lost_blocks_have_no_token(self) -> None:
        stream = vampc.read(fixtures.path("lost-blocks")).stream
        lost = [block for block in stream.blocks if block.is_lost]
        self.assertTrue(lost)
        for block in lost:
            start = block.first_frame - stream.first_frame
            self.assertFalse(stream.kept[:, start : start + block.frame_count].any())
        self.assertTrue(stream.kept.any())

    def test_stream_without_blocks_has_no_frames(self) -> None:
        stream = vampc.read(fixtures.path("no-blocks")).stream
        self.assertEqual(stream.tokens.shape, (1, 14, 0))
        self.assertEqual(stream.kept.shape, (14, 0))

    def test_to_array_is_a_new_array_that_may_be_changed(self) -> None:
        stream = vampc.read(fixtures.path("worked-example")).stream
        array = stream.to_array()
        np.testing.assert_array_equal(array, stream.tokens)
        array[0, 0, 0] = 7
        self.assertEqual(stream.tokens[0, 0, 0], 0x155)
        with self.assertRaises(ValueError):
            stream.tokens[0, 0, 0] = 7


class ContainerTests(unittest.TestCase):
    def test_streams_of_a_file(self) -> None:
        container = vampc.read(fixtures.path("concatenated"))
        self.assertEqual(len(container), 3)
        self.assertEqual([stream.sample_count for stream in container], [38_400, 9_216, 51_826])
        self.assertEqual(container[0].first_frame, 4_000_001)
        self.assertEqual(
            container[1].tags, [("TITLE", "Pr\u00e9lude \U0001f3bb"), ("ARTIST", ""), ("TITLE", "two\nlines")]
        )
        self.assertEqual([block.gain_hundredths for block in container[-1].blocks], [-3174, -88, 3002, -1983])

    def test_properties_of_a_stream_need_a_container_of_one(self) -> None:
        container = vampc.read(fixtures.path("concatenated"))
        for name in ("stream", "header", "tokens", "kept"):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "3 streams"):
                getattr(container, name)
        with self.assertRaisesRegex(ValueError, "3 streams"):
            container.to_array()

    def test_reads_bytes(self) -> None:
        data = fixtures.content("worked-example")
        for form in (data, bytearray(data), memoryview(data)):
            self.assertEqual(vampc.read_bytes(form).header.codec_hash.hex(), "c0c1c2c3c4c5")
        with self.assertRaises(vampc.Fault) as raised:
            vampc.read_bytes(data[:-1])
        self.assertEqual((raised.exception.code, raised.exception.offset), ("truncated", 0))

    def test_missing_file_is_an_error_of_the_system(self) -> None:
        with self.assertRaises(FileNotFoundError):
            vampc.read(fixtures.path("not-there"))


class TokenHeaderTests(unittest.TestCase):
    def test_worked_example(self) -> None:
        self.assertEqual(
            vampc.read(fixtures.path("worked-example")).stream.token_header(),
            {
                "format": "vampc-tokens",
                "version": 1,
                "codec_hash": "c0c1c2c3c4c5",
                "generator_hash": "60616263",
                "codec_sample_rate_hz": 44_100,
                "codec_hop_length": 768,
                "codec_codebooks": 14,
                "codec_codebook_size": 1_024,
                "codebooks": 2,
                "period": 2,
                "phase": 0,
                "block_masks": False,
                "coded_channels": 1,
                "source_channels": 2,
                "source_sample_rate_hz": 48_000,
                "sample_count": 4_900,
                "gain_mode": "whole",
                "gain_db": -3.5,
                "sampler": {
                    "steps": 24,
                    "fine_steps": 2,
                    "temperature": 1.0,
                    "fine_temperature": 0.0,
                    "mask_temperature": 10.5,
                    "top_p": 1.0,
                    "typical_mass": 1.0,
                },
                "seed": 0,
                "first_frame": 0,
                "frames": 6,
                "blocks": [{"first_frame": 0, "frames": 6, "gain_db": None, "lost": False}],
                "header_record": False,
                "trailer_record": False,
                "tags": [],
                "token_hash": "c005afc7",
            },
        )

    def test_gains_and_tags_of_every_block(self) -> None:
        container = vampc.read(fixtures.path("concatenated"))
        gains = container[2].token_header()
        self.assertEqual((gains["gain_mode"], gains["gain_db"]), ("block", None))
        self.assertEqual([block["gain_db"] for block in gains["blocks"]], [-31.74, -0.88, 30.02, -19.83])
        self.assertEqual(container[1].token_header()["tags"][1], ["ARTIST", ""])

    def test_records_of_header_and_trailer(self) -> None:
        for name, expected in {
            "started-at-once": (True, True),
            "all-codebooks": (False, True),
            "tags": (False, False),
            "no-blocks": (False, False),
        }.items():
            with self.subTest(name):
                header = vampc.read(fixtures.path(name)).stream.token_header()
                self.assertEqual((header["header_record"], header["trailer_record"]), expected)


if __name__ == "__main__":
    unittest.main()
