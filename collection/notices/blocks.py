"""Which blocks a notice must have, and what is wrong with one (PIPL-17, PIPL-30, ND-21A, ND-21B).

A text is {"zh", "en"}. A block is a text, or a list of lines (dicts of texts and codes).
"""

from typing import Any

Text = dict[str, str]

TEXTS = ("purpose", "method", "storage", "retention", "expiry", "exercise")
LISTS = ("processor", "officer", "collected", "basis", "shared", "rights", "complaints")
REQUIRED = (
    *LISTS[:2],
    "purpose",
    "method",
    *LISTS[2:4],
    "retention",
    "expiry",
    "storage",
    "shared",
    "rights",
    "exercise",
    "complaints",
)
SENSITIVE = "sensitive"
CHILDREN = ("what", "guardian", "rights")

TITLES: dict[str, Text] = {
    "processor": {"zh": "采集单位（个人信息处理者）", "en": "Who collects (PI processor)"},
    "officer": {"zh": "个人信息保护负责人及联系方式", "en": "Protection officer and contact"},
    "purpose": {"zh": "处理目的", "en": "Purpose"},
    "method": {"zh": "处理方式", "en": "Method"},
    "collected": {"zh": "收集个人信息清单", "en": "List of what is collected"},
    "sensitive": {"zh": "敏感个人信息：必要性及对个人权益的影响", "en": "Sensitive PI: necessity and effect on you"},
    "basis": {"zh": "处理依据", "en": "Legal basis"},
    "retention": {"zh": "保存期限", "en": "Retention period"},
    "expiry": {"zh": "到期后的处理方式", "en": "What happens at expiry"},
    "storage": {"zh": "存储地点与保护", "en": "Where and how it is stored"},
    "shared": {"zh": "向其他处理者提供个人信息清单", "en": "List of what is provided to others"},
    "rights": {"zh": "您的权利", "en": "Your rights"},
    "exercise": {"zh": "如何行使权利", "en": "How to use your rights"},
    "complaints": {"zh": "投诉举报", "en": "Complaints"},
    "children": {"zh": "不满十四周岁未成年人个人信息处理规则", "en": "Rules for children under 14"},
}


def empty_blocks(blocks: dict[str, Any], children: dict[str, Any], *, sensitive: bool, minors: bool) -> list[str]:
    """Codes of legal blocks that are missing or say nothing in one of the languages."""
    wanted = (*REQUIRED, SENSITIVE) if sensitive else REQUIRED
    empty = [code for code in wanted if not says(blocks.get(code))]
    if minors:
        empty += [f"children.{code}" for code in CHILDREN if not says(children.get(code))]
    return empty


def says(block: Any) -> bool:
    """Whether a block says something, in both languages wherever it is a text."""
    if isinstance(block, list):
        return bool(block) and all(says(line) for line in block)
    if not isinstance(block, dict) or not block:
        return False
    if set(block) == {"zh", "en"}:
        return all(str(text).strip() for text in block.values())
    return all(says(part) for part in block.values() if isinstance(part, dict))


# Words that stand on the printed sheet. A notice keeps its language whatever the page around it speaks.
SHEET: dict[str, Text] = {
    "who": {"zh": "谁在收集", "en": "Who collects"},
    "what": {"zh": "收集什么", "en": "What is collected"},
    "required": {"zh": "必填", "en": "required"},
    "optional": {"zh": "选填", "en": "optional"},
    "sensitive": {"zh": "敏感个人信息", "en": "sensitive PI"},
    "why": {"zh": "为什么需要", "en": "Why it is needed"},
    "effect": {"zh": "对您的影响", "en": "Effect on you"},
    "kept": {"zh": "保存期限", "en": "Retention period"},
    "documents": {"zh": "依据文件", "en": "Documents"},
    "items": {"zh": "个人信息种类", "en": "Kinds of PI"},
    "recipient": {"zh": "接收方", "en": "Recipient"},
    "help": {"zh": "需要帮助、投诉或者没有手机", "en": "Help, complaints, or no phone"},
    "event": {"zh": "突发事件与任务依据", "en": "Emergency and task"},
    "circulation": {"zh": "谁可以查看", "en": "Who may see it"},
    "version": {"zh": "告知书版本", "en": "Notice version"},
    "full": {"zh": "查看告知书全文", "en": "Read the whole notice"},
}
