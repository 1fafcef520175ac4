"""Personal data on screens."""

import pytest

from api.masking import mask_address, mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("masked", "wanted"),
    [
        (mask_name("Maria Gómez"), "M••• G•••"),
        (mask_name(""), ""),
        (mask_phone("+49 40 123456"), "•••56"),
        (mask_phone("112"), "•••"),
        (mask_phone(""), ""),
        (mask_email("maria@example.org"), "m•••@example.org"),
        (mask_email(""), ""),
        (mask_address("Ringstraße 7, Hamburg"), "•••"),
        (mask_address(""), ""),
    ],
)
def test_what_is_masked_cannot_be_used_by_others(masked: str, wanted: str) -> None:
    assert masked == wanted
