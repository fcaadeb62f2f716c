from core.building.text_encoder import text_encoder_for

GERMAN = [
    "Lampe mit Schirm aus Stoff für das Wohnzimmer",
    "Becher aus Keramik mit Henkel, spülmaschinenfest",
    "Stuhl mit gepolsterter Sitzfläche und Lehne",
    "Schuhe für Herren aus Leder mit Schnürung",
]
CZECH = ["Stolní lampa se stínidlem do obývacího pokoje", "Hrnek z keramiky s ouškem, vhodný do myčky"]


def test_english_texts_keep_the_usual_encoder():
    choice = text_encoder_for(["a lamp with a shade for the living room", "a ceramic mug with a handle", ""])
    assert (choice.name, choice.note) == ("minilm", "")
    assert text_encoder_for([]).name == "minilm"


def test_other_languages_get_the_encoder_of_several_and_say_so():
    choice = text_encoder_for(GERMAN)
    assert choice.name == "use"
    assert "languages of the texts: German. Text encoder: use, which reads 15" in choice.note
    assert "It was not trained on Czech" in text_encoder_for(CZECH).note
