import pytest
from temporalio.api.common.v1 import Payload

from connection import EncryptionCodec, parse_keys
from domain.errors import InvalidInputError

OLD = "k1:" + "A" * 43 + "="
NEW = "k2:" + "B" * 43 + "="
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"phone": "+49 40 123456"}')


async def test_nothing_readable_leaves_the_process():
    [sealed] = await EncryptionCodec(parse_keys(OLD)).encode([PLAIN])
    assert b"123456" not in sealed.SerializeToString()
    assert sealed.metadata["encryption-key-id"] == b"k1"
    assert await EncryptionCodec(parse_keys(OLD)).decode([sealed]) == [PLAIN]


async def test_a_rotated_key_still_reads_what_the_old_one_sealed():
    [sealed] = await EncryptionCodec(parse_keys(OLD)).encode([PLAIN])
    rotated = EncryptionCodec(parse_keys(f"{NEW},{OLD}"))
    assert await rotated.decode([sealed]) == [PLAIN]
    [fresh] = await rotated.encode([PLAIN])
    assert fresh.metadata["encryption-key-id"] == b"k2"


async def test_a_missing_key_is_named():
    [sealed] = await EncryptionCodec(parse_keys(OLD)).encode([PLAIN])
    with pytest.raises(InvalidInputError, match="has no key 'k1'"):
        await EncryptionCodec(parse_keys(NEW)).decode([sealed])


async def test_a_tampered_payload_is_refused():
    [sealed] = await EncryptionCodec(parse_keys(OLD)).encode([PLAIN])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(InvalidInputError, match="not the right one"):
        await EncryptionCodec(parse_keys(OLD)).decode([sealed])


async def test_plain_payloads_pass():
    assert await EncryptionCodec(parse_keys(OLD)).decode([PLAIN]) == [PLAIN]


@pytest.mark.parametrize("text", ["", "k1", "k1:short", "k1:!!!", ":" + "A" * 43 + "="])
def test_malformed_keys_are_refused_by_the_name_of_their_setting(text):
    with pytest.raises(InvalidInputError, match="CALLOUT_PAYLOAD_KEYS"):
        parse_keys(text)
