"""The articles that a disposal rests on, as a certificate prints them."""

LAWS: dict[str, dict[str, str]] = {
    "ER-85B": {
        "zh": "《中华人民共和国突发事件应对法》第八十五条",
        "en": "Emergency Response Law, art. 85",
    },
    "ER-85C": {
        "zh": "《中华人民共和国突发事件应对法》第八十五条（留存或者延期销毁）",
        "en": "Emergency Response Law, art. 85 (keep or postpone destruction)",
    },
    "PIPL-19": {
        "zh": "《中华人民共和国个人信息保护法》第十九条",
        "en": "Personal Information Protection Law, art. 19",
    },
    "PIPL-47A": {
        "zh": "《中华人民共和国个人信息保护法》第四十七条第一款",
        "en": "Personal Information Protection Law, art. 47(1)",
    },
    "PH-8": {
        "zh": "《中华人民共和国突发公共卫生事件应对法》第八条",
        "en": "Public Health Emergency Response Law, art. 8",
    },
    "PH-49": {
        "zh": "《中华人民共和国突发公共卫生事件应对法》第四十九条",
        "en": "Public Health Emergency Response Law, art. 49",
    },
}


def cited(code: str) -> dict[str, str]:
    """{"id", "zh", "en"} of one article."""
    return {"id": code, **LAWS.get(code, {"zh": code, "en": code})}
