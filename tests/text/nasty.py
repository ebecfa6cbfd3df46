"""Texts that nobody should send, and somebody will."""

import unicodedata

STORY = "Fastlegen vil ikke henvise meg videre, og jeg har ventet i tre uker på svar"
MANY = 20_000


def _plane(number):
    """Return characters from all over a plane of Unicode, surrogates too."""
    return "".join(map(chr, range(number * 0x10000, (number + 1) * 0x10000, 37)))


NASTY = {
    "nothing": "",
    "blanks": " \t\r\n\u00a0\u2003\u3000" * 10,
    "NUL": f"{STORY}\0{STORY}",
    "all controls": STORY + "".join(map(chr, [*range(32), *range(127, 160)])),
    "half a pair": f"{STORY} \ud800 \udfff {STORY}",
    "marks without end": "a" + "\u0301" * MANY,
    "marks in disorder": "a" + "\u0315\u0300" * MANY,
    "zalgo": "".join(sign + "\u0300\u0316\u0334\u0489" * 20 for sign in STORY),
    "right to left": f"\u202e{STORY}\u202c \u2067{STORY}\u2069 \u05d0\u05d1\u05d2 \u0627\u0644\u0639",
    "zero width": "\u200b".join(STORY) + "\u200d\u200c\u2060\ufeff" * 1000,
    "soft hyphens": "\u00ad".join(STORY),
    "homoglyphs": STORY.replace("a", "а").replace("e", "е").replace("o", "о").replace("i", "і"),
    "full width": "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in STORY),
    "mathematical": "".join(chr(0x1D400 + ord(sign) - 65) if "A" <= sign <= "Z" else sign for sign in STORY.upper()),
    "decomposed": unicodedata.normalize("NFD", f"Blåbær på sjukehuset, sårt. {STORY}"),
    "case that grows": "ß\u0130\u1e9e\ufb03" * 1000,
    "longest composed": "\ufdfa" * MANY,
    "emoji families": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd\ufe0f" * 1000,
    "flags": "\U0001f1f3\U0001f1f4" * 1000 + "\U0001f3f4\U000e0067\U000e007f",
    "tags": "".join(chr(0xE0000 + ord(sign)) for sign in STORY),
    "one letter": "a" * MANY,
    "one capital": "A" * MANY,
    "capital after capital": "Aa " * MANY,
    "one digit": "1" * MANY,
    "digits apart": "1 " * MANY,
    "one at sign": "@" * MANY,
    "addresses": "a@b.no " * MANY,
    "an address without end": "a@" + "b." * MANY,
    "links": "www." * MANY,
    "streets": "Storgata 1, 0000 Oslo " * 2000,
    "names": "Kari Nordmann Hansen " * 2000,
    "cues": "heter " * MANY,
    "underscores": "_" * MANY,
    "hyphens": "-" * MANY,
    "line breaks": "\r\n" * MANY + STORY,
    "odd line breaks": f"{STORY}\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029{STORY}",
    "quotation marks": '"' * 999 + "'" * 999 + "«»„“",
    "CSV": f'";"\r\n"{STORY}\n;,\t|',
    "formula": "=cmd|' /C calc'!A0",
    "HTML": f"<script>alert(1)</script><img src=x onerror=alert(1)>{STORY}</td>&amp;&#0;",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}<%= 7 %>%s%n{0.__class__}",
    "Markdown": f"# {STORY}\n[x](javascript:alert(1)) ![x](http://x.no) | a | b |\n```\n<!--",
    "terminal": f"\x1b[2J\x1b]0;x\x07{STORY}\x9b31m",
    "SQL": f"'; DROP TABLE saker; -- {STORY}",
    "path": "../../../../etc/passwd\0.csv",
    "JSON": '{"id": 1, "id": 2, "a": ' + "[" * 5000,
    "plain": STORY,
    **{f"plane {number}": _plane(number) for number in range(17)},
}
