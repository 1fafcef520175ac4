"""Personal data as screens without the right to it show it: recognisable to who knows it, useless to others."""

HIDDEN = "•••"


def mask_name(name: str) -> str:
    """``Maria Gómez`` becomes ``M••• G•••``."""
    return " ".join(f"{part[0]}{HIDDEN}" for part in name.split())


def mask_phone(phone: str) -> str:
    """``+49 40 123456`` becomes ``•••56``; a number of three digits or fewer disappears."""
    digits = [c for c in phone if c.isdigit()]
    return f"{HIDDEN}{''.join(digits[-2:])}" if len(digits) > 3 else HIDDEN * bool(phone)


def mask_email(email: str) -> str:
    """``maria@example.org`` becomes ``m•••@example.org``."""
    name, at, host = email.partition("@")
    return f"{name[:1]}{HIDDEN}{at}{host}" if email else ""


def mask_address(address: str) -> str:
    """An address disappears; that there is one stays visible."""
    return HIDDEN if address else ""
