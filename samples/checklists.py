"""The sample company's checklists: what the law and its makers want of work on gas and on refrigerant."""

from domain.checklists import Checklist, Checklists, Item, ItemKind, Option


def _words(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-CN": zh}


def _tick(id_: str, en: str, zh: str, *, required: bool = True) -> Item:
    return Item.model_validate({"id": id_, "kind": ItemKind.TICK, "label": _words(en, zh), "required": required})


def _value(
    id_: str, en: str, zh: str, unit: str, lowest: float | None, highest: float | None, *, required: bool = True
) -> Item:
    given = {"unit": unit, "lowest": lowest, "highest": highest, "required": required}
    return Item.model_validate({"id": id_, "kind": ItemKind.VALUE, "label": _words(en, zh), **given})


def _choice(id_: str, en: str, zh: str, *options: tuple[str, str, str]) -> Item:
    choices = tuple(Option.model_validate({"id": key, "label": _words(*label)}) for key, *label in options)
    return Item.model_validate({"id": id_, "kind": ItemKind.CHOICE, "label": _words(en, zh), "options": choices})


CHECKLISTS = Checklists(
    lists=(
        Checklist.model_validate({
            "id": "gas",
            "name": _words("Gas appliance", "燃气设备"),
            "skills": ("gas",),
            "items": (
                _tick("secured", "Gas shut off, appliance secured", "已关闭燃气，设备已固定"),
                _value("pressure", "Gas pressure at the connection", "接口燃气压力", "mbar", 18, 25),
                _value("co", "Carbon monoxide in the flue gas", "烟气一氧化碳", "ppm", None, 100),
                _choice(
                    "leak", "Leak test", "检漏",
                    ("tight", "Tight", "无泄漏"),
                    ("repaired", "Leak found and repaired", "发现泄漏并已修复"),
                    ("shut-off", "Leak found, appliance shut off", "发现泄漏，设备已停用"),
                ),
                _tick("flame", "Flame monitoring tested", "已测试火焰监测"),
                _tick("shown", "Operation shown to the customer", "已向客户说明操作", required=False),
            ),
        }),
        Checklist.model_validate({
            "id": "refrigerant",
            "name": _words("Refrigerant circuit", "制冷回路"),
            "skills": ("refrigerant",),
            "items": (
                _tick("power-off", "Switched off and locked", "已断电并上锁"),
                _choice(
                    "leak", "Leak search with the detector", "检漏仪检漏",
                    ("none", "No leak", "无泄漏"),
                    ("repaired", "Leak found and repaired", "发现泄漏并已修复"),
                    ("shut-down", "Leak found, unit shut down", "发现泄漏，设备已停机"),
                ),
                _value("superheat", "Superheat", "过热度", "K", 4, 10),
                _value("added", "Refrigerant added", "补充制冷剂", "kg", 0, 1.5, required=False),
                _tick("logbook", "Logbook signed", "已签写设备日志"),
            ),
        }),
    )
)  # fmt: skip
