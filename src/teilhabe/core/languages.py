"""The languages of the house: their names, direction and script, and which is read when a text is missing."""

from __future__ import annotations

from dataclasses import dataclass

from teilhabe.core.text import fold


@dataclass(frozen=True)
class Language:
    """One language by its BCP 47 code; `nearest` are the languages to show when a text is missing in it."""

    code: str
    name: str  # in itself
    german: str
    english: str
    nearest: tuple[str, ...] = ("en", "de")
    rtl: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        return "rtl" if self.rtl else "ltr"


# languages of the interface, in the order of the language menu
INTERFACE = ("de", "en", "ar", "uk", "ru", "tr", "fa", "ku", "ro", "bg", "pl", "fr", "es", "sq")

ALL = {
    language.code: language
    for language in (
        Language("de", "Deutsch", "Deutsch", "German", ("en",)),
        Language("en", "English", "Englisch", "English", ("de",)),
        Language("ar", "العربية", "Arabisch", "Arabic", rtl=True, aliases=("arabi",)),
        Language("uk", "Українська", "Ukrainisch", "Ukrainian", ("ru", "en", "de"), aliases=("ua",)),
        Language("ru", "Русский", "Russisch", "Russian", ("uk", "en", "de")),
        Language("tr", "Türkçe", "Türkisch", "Turkish"),
        Language("fa", "فارسی", "Persisch", "Persian", rtl=True, aliases=("farsi", "dari", "دری", "prs", "فارسی دری")),
        Language(
            "ku", "Kurmancî", "Kurdisch", "Kurdish", ("tr", "en", "de"), aliases=("kurmanci", "kurmandschi", "kmr")
        ),
        Language("ro", "Română", "Rumänisch", "Romanian"),
        Language("bg", "Български", "Bulgarisch", "Bulgarian"),
        Language("pl", "Polski", "Polnisch", "Polish"),
        Language("fr", "Français", "Französisch", "French"),
        Language("es", "Español", "Spanisch", "Spanish"),
        Language("sq", "Shqip", "Albanisch", "Albanian"),
        Language("ti", "ትግርኛ", "Tigrinya", "Tigrinya"),
        Language("am", "አማርኛ", "Amharisch", "Amharic"),
        Language("so", "Soomaali", "Somali", "Somali", aliases=("somalisch",)),
        Language("ps", "پښتو", "Paschtu", "Pashto", ("fa", "en", "de"), rtl=True, aliases=("paschto",)),
        Language("ckb", "سۆرانی", "Sorani", "Sorani", ("ar", "en", "de"), rtl=True, aliases=("zentralkurdisch",)),
        Language("ur", "اردو", "Urdu", "Urdu", rtl=True),
        Language("hi", "हिन्दी", "Hindi", "Hindi"),
        Language("sr", "Srpski", "Serbisch", "Serbian"),
        Language("hr", "Hrvatski", "Kroatisch", "Croatian"),
        Language("bs", "Bosanski", "Bosnisch", "Bosnian"),
        Language("mk", "Македонски", "Mazedonisch", "Macedonian"),
        Language("it", "Italiano", "Italienisch", "Italian"),
        Language("pt", "Português", "Portugiesisch", "Portuguese"),
        Language("el", "Ελληνικά", "Griechisch", "Greek"),
        Language("hu", "Magyar", "Ungarisch", "Hungarian"),
        Language("vi", "Tiếng Việt", "Vietnamesisch", "Vietnamese"),
        Language("zh", "中文", "Chinesisch", "Chinese"),
        Language("ta", "தமிழ்", "Tamil", "Tamil", aliases=("tamilisch",)),
        Language("rom", "Romani", "Romanes", "Romani"),
        Language("nl", "Nederlands", "Niederländisch", "Dutch"),
        Language("az", "Azərbaycanca", "Aserbaidschanisch", "Azerbaijani", ("tr", "en", "de")),
        Language("bn", "বাংলা", "Bengalisch", "Bengali"),
        Language("cs", "Čeština", "Tschechisch", "Czech"),
        Language("ff", "Fulfulde", "Fulfulde", "Fula", aliases=("fulani", "pular")),
        Language("ha", "Hausa", "Hausa", "Hausa"),
        Language("he", "עברית", "Hebräisch", "Hebrew", rtl=True),
        Language("hy", "Հայերեն", "Armenisch", "Armenian", ("ru", "en", "de")),
        Language("ja", "日本語", "Japanisch", "Japanese"),
        Language("ka", "ქართული", "Georgisch", "Georgian", ("ru", "en", "de")),
        Language("ko", "한국어", "Koreanisch", "Korean"),
        Language("lt", "Lietuvių", "Litauisch", "Lithuanian"),
        Language("lv", "Latviešu", "Lettisch", "Latvian"),
        Language("ne", "नेपाली", "Nepalesisch", "Nepali"),
        Language("om", "Afaan Oromoo", "Oromo", "Oromo"),
        Language("pa", "ਪੰਜਾਬੀ", "Punjabi", "Punjabi"),
        Language("sk", "Slovenčina", "Slowakisch", "Slovak"),
        Language("sw", "Kiswahili", "Suaheli", "Swahili", aliases=("kisuaheli",)),
        Language("th", "ไทย", "Thailändisch", "Thai", aliases=("thai",)),
        Language("tl", "Tagalog", "Tagalog", "Tagalog", aliases=("filipino",)),
        Language("gsg", "DGS", "Deutsche Gebärdensprache", "German Sign Language", aliases=("gebärdensprache", "dgs")),
    )
}

_BY_NAME = {
    fold(name): language.code
    for language in ALL.values()
    for name in (language.code, language.name, language.german, language.english, *language.aliases)
}


def code_of(text: str) -> str | None:
    """The code of a language given as BCP 47 tag or by its name in German, English or itself; None when unknown."""
    folded = fold(text.strip())
    return _BY_NAME.get(folded) or _BY_NAME.get(folded.split("-")[0].split("_")[0])


def reading_order(language: str) -> tuple[str, ...]:
    """In which languages to look for a text, best first, for somebody who reads `language`."""
    known = ALL.get(language)
    nearest = known.nearest if known else ("en",)
    return tuple(dict.fromkeys((language, *nearest, "de")))


def interface_of(language: str) -> str:
    """The language of the interface nearest to the one somebody reads."""
    return next(code for code in reading_order(language) if code in INTERFACE)


def is_rtl(language: str) -> bool:
    return language in ALL and ALL[language].rtl
