"""Compose a notice in both languages from body, standard and level. Pure reading: nothing is written here."""

from collections.abc import Iterable
from typing import Any

from collection.catalogue import KINDS
from collection.emergencies import periods, standards
from collection.emergencies.models import Action, Basis, StandardItem
from collection.notices.blocks import Text
from collection.points.models import Body, Campaign

LEVELS = {1: ("一级", "level I"), 2: ("二级", "level II"), 3: ("三级", "level III"), 4: ("四级", "level IV")}
CAPACITIES = {
    "residents_committee": ("居民委员会", "residents' committee"),
    "property_manager": ("物业服务企业", "property manager"),
    "street_office": ("街道办事处", "street office"),
    "enterprise": ("企业", "enterprise"),
}
RIGHTS: dict[str, tuple[str, str]] = {
    "view": ("查阅", "view"),
    "copy": ("复制", "copy"),
    "correct": ("更正", "correct"),
    "complete": ("补充", "complete"),
    "delete": ("删除", "delete"),
    "restrict": ("限制处理", "restrict"),
    "transfer": ("转移", "transfer"),
    "explain": ("要求解释说明", "have the rules explained"),
    "withdraw": ("撤回同意", "withdraw consent"),
}
BASES: dict[str, tuple[str, str]] = {
    Basis.CONSENT: ("取得您的同意", "your consent"),
    Basis.STATUTORY_DUTY: ("履行法定职责或者法定义务所必需", "a statutory duty"),
    Basis.EMERGENCY: (
        "应对突发公共卫生事件，或者紧急情况下为保护自然人的生命健康和财产安全所必需",
        "a public health emergency, or urgent protection of life, health and property",
    ),
}
EXPIRY: dict[str, tuple[str, str]] = {
    Action.DESTROY: ("销毁", "destroyed"),
    Action.ANONYMISE: (
        "先汇总为无法识别个人的数量，再销毁",
        "first counted so that nobody can be identified, then destroyed",
    ),
    Action.HAND_OVER: (
        "依法移交给{recipient_zh}，本单位的一份随即销毁",
        "handed over to {recipient_en} as the law requires; our copy is then destroyed",
    ),
}
RECEIPT_PAGE = "/r/"


def text(zh: str, en: str) -> Text:
    """One thing said in both languages."""
    return {"zh": zh, "en": en}


def compose(campaign: Campaign, items: list[StandardItem], level: int) -> dict[str, Any]:
    """All blocks of the notice of a campaign at a level."""
    body, standard = campaign.body, campaign.standard
    blocks: dict[str, Any] = {
        "title": text(f"{campaign.title}：个人信息处理告知书", f"{campaign.title}: notice on personal information"),
        "event": _event(campaign, level),
        "processor": _processor(body),
        "officer": [text(body.officer, body.officer)],
        "purpose": standard.purpose,
        "method": standard.method,
        "collected": [_collected(item) for item in items],
        "basis": _bases(items),
        "retention": _retention(campaign, items),
        "expiry": _expiry(items),
        "storage": text(
            f"存储于中华人民共和国境内。{standard.protection['zh']}",
            f"Stored in mainland China. {standard.protection['en']}",
        ),
        "circulation": standard.circulation,
        "shared": _shared(items),
        "rights": _rights(items),
        "exercise": _exercise(body),
        "complaints": [text(body.complaints, body.complaints)],
    }
    if sensitive := [item for item in items if KINDS[item.kind].sensitive]:
        blocks["sensitive"] = [_sensitive(item) for item in sensitive]
    return blocks


def compose_children(campaign: Campaign, items: list[StandardItem]) -> dict[str, Any]:
    """Separate rules for children under 14, as soon as the form can collect from one (ND-21B, PIPL-31); else empty."""
    if not standards.asks_children(items):
        return {}
    asked = [item for item in items if item.each_member or item.kind == "guardian"]
    zh = "、".join(KINDS[item.kind].label.zh for item in asked)
    en = ", ".join(KINDS[item.kind].label.en for item in asked)
    return {
        "what": text(
            f"不满十四周岁未成年人的全部信息按敏感个人信息处理。只登记：{zh}。",
            f"Everything about a child under 14 is treated as sensitive PI. Registered are only: {en}.",
        ),
        "guardian": text(
            "需要同意的内容，由父母或者其他监护人单独同意；来不及告知的，先登记、后告知监护人。",
            "Where consent is needed, a parent or other guardian gives it separately. "
            "Where nobody can be told in time, the child is registered first and the guardian told afterwards.",
        ),
        "rights": text(
            f"父母或者其他监护人可以凭回执码或者到现场行使未成年人的各项权利，电话：{campaign.body.phone}。"
            "查看未成年人信息须两人同意并留有记录。",
            f"A parent or other guardian uses the child's rights with the receipt code or in person, "
            f"telephone {campaign.body.phone}. "
            "Every look at a child's information needs two people and is recorded.",
        ),
    }


def _event(campaign: Campaign, level: int) -> Text:
    emergency, (zh, en) = campaign.emergency, LEVELS[level]
    return text(
        f"{emergency.title}（{emergency.authority}，{emergency.document}）；{zh}响应；任务依据：{campaign.task_document}",
        f"{emergency.title} ({emergency.authority}, {emergency.document}); {en}; "
        f"task assigned by: {campaign.task_document}",
    )


def _processor(body: Body) -> list[Text]:
    zh, en = CAPACITIES[body.capacity]
    return [
        text(f"{body.name}（{zh}）", f"{body.name} ({en})"),
        text(f"地址：{body.address}", f"Address: {body.address}"),
        text(f"电话：{body.phone}", f"Telephone: {body.phone}"),
    ]


def _collected(item: StandardItem) -> dict[str, Any]:
    kind = KINDS[item.kind]
    required, basis = item.required, BASES[item.basis]
    return {
        "kind": item.kind,
        "basis_code": item.basis,
        "sensitive": kind.sensitive,
        "required": required,
        "label": text(kind.label.zh, kind.label.en),
        "why": item.reason,
        "basis": text(*basis),
        "method": text("必填" if required else "选填", "required" if required else "optional"),
        "retention": _item_period(item),
    }


def _sensitive(item: StandardItem) -> dict[str, Any]:
    kind = KINDS[item.kind]
    return {
        "kind": item.kind,
        "label": text(kind.label.zh, kind.label.en),
        "necessity": item.reason,
        "effect": text(kind.effect.zh, kind.effect.en),
    }


def _bases(items: list[StandardItem]) -> list[dict[str, Any]]:
    """By basis: which items, which documents, and what it means for the person (law 2)."""
    found = []
    for code, words in BASES.items():
        if under := [item for item in items if item.basis == code]:
            documents = list({item.basis_document["zh"]: item.basis_document for item in under}.values())
            found.append(
                {
                    "basis_code": str(code),
                    "kinds": [item.kind for item in under],
                    "name": text(*words),
                    "items": _joined(text(KINDS[item.kind].label.zh, KINDS[item.kind].label.en) for item in under),
                    "documents": _joined(documents),
                    "statement": _statement(str(code), documents),
                }
            )
    return found


def _statement(basis: str, documents: list[Text]) -> Text:
    if basis == Basis.CONSENT:
        return text(
            "以下内容在取得您的同意后才处理；您可以不同意，也可以随时撤回同意。其中敏感个人信息逐项单独同意。",
            "This is processed only with your consent. You may refuse, and withdraw at any time. "
            "Each sensitive item is agreed to separately.",
        )
    cited = _joined(documents)
    zh = "、".join(zh for code, (zh, _) in RIGHTS.items() if code != "withdraw")
    en = ", ".join(en for code, (_, en) in RIGHTS.items() if code != "withdraw")
    return text(
        f"处理依据：{cited['zh']}，无需取得您的同意；您仍享有{zh}的权利。",
        f"Basis: {cited['en']}. Your consent is not needed; you still have the right to {en}.",
    )


def _retention(campaign: Campaign, items: list[StandardItem]) -> Text:
    days = periods.days_to_end(campaign.emergency.category, [campaign.standard.default_days_to_end])
    longest = max(
        items, key=lambda item: (item.days_after_collection is None, item.days_after_collection or 0), default=None
    )
    if longest is not None and longest.days_after_collection is not None:
        most = longest.days_after_collection
        return text(
            f"自登记之日起最长 {most} 日；突发事件应对工作提前结束的，结束后即到期。各项期限见清单。",
            f"At most {most} days from registration; due at once if the response work ends earlier. "
            "Each item's period stands in the list.",
        )
    after = max((item.days_after_end for item in items), default=0)
    zh, en = (f"后 {after} 日", f" plus {after} days") if after else ("时", "")
    return text(
        f"至突发事件应对工作结束{zh}为止。没有文件确定结束日期的，解除应急响应后第 {days} 日视为结束。各项期限见清单。",
        f"Until the response work has ended{en}. Without a document that names the day, it has ended "
        f"{days} days after the response is lifted. Each item's period stands in the list.",
    )


def _item_period(item: StandardItem) -> Text:
    if item.days_after_collection is not None:
        return text(
            f"登记后最长 {item.days_after_collection} 日",
            f"at most {item.days_after_collection} days after registration",
        )
    if item.days_after_end:
        return text(
            f"应对工作结束后 {item.days_after_end} 日", f"{item.days_after_end} days after the response work ended"
        )
    return text("至应对工作结束", "until the response work has ended")


def _expiry(items: list[StandardItem]) -> Text:
    parts = []
    for code, (zh, en) in EXPIRY.items():
        if under := [item for item in items if item.action == code]:
            labels = _joined(text(KINDS[item.kind].label.zh, KINDS[item.kind].label.en) for item in under)
            to = next((item.recipient for item in under if item.recipient), {"zh": "", "en": ""})
            said = text(zh.format(recipient_zh=to["zh"]), en.format(recipient_en=to["en"]))
            parts.append(text(f"{labels['zh']}：{said['zh']}", f"{labels['en']}: {said['en']}"))
    joined = text("；".join(part["zh"] for part in parts), "; ".join(part["en"] for part in parts))
    return text(
        f"{joined['zh']}。销毁须两人审批，并出具销毁证明；凭回执码可以查到证明编号。",
        f"{joined['en']}. Two people approve every destruction, and a certificate is issued; "
        "the receipt code shows its number.",
    )


def _shared(items: list[StandardItem]) -> list[dict[str, Any]]:
    """ND-21B: who gets what. A list that says "nobody" is a list, an empty one is not."""
    given = [item for item in items if item.action == Action.HAND_OVER and item.recipient]
    if not given:
        nobody = text("不向其他处理者提供。", "Nothing is provided to other processors.")
        return [{"recipient": nobody}]
    return [
        {
            "kind": item.kind,
            "recipient": item.recipient,
            "label": text(KINDS[item.kind].label.zh, KINDS[item.kind].label.en),
            "purpose": item.reason,
            "method": text("到期时依法移交", "handed over at expiry, as the law requires"),
        }
        for item in given
    ]


def _rights(items: list[StandardItem]) -> list[dict[str, Any]]:
    """Each right by name, with a link that works without an account. "Withdraw" only where consent is the basis."""
    consent = any(item.basis == Basis.CONSENT for item in items)
    return [
        {"code": code, "link": RECEIPT_PAGE, "name": text(*words)}
        for code, words in RIGHTS.items()
        if consent or code != "withdraw"
    ]


def _exercise(body: Body) -> Text:
    return text(
        f"凭登记回执上的回执码办理，不需要注册账号（因此没有账号需要注销）；"
        f"没有手机的，到{body.address}或者拨打 {body.phone} 由工作人员代办。",
        f"With the receipt code, without an account (so there is none to close). "
        f"Without a phone: at {body.address} or by telephone {body.phone}, where the staff helps.",
    )


def _joined(texts: Iterable[Text]) -> Text:
    parts = list(texts)
    return text("、".join(part["zh"] for part in parts), ", ".join(part["en"] for part in parts))
