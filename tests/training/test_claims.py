from training.claims import NOTE, Claim, claims_table


def test_a_claim_that_fails_stands_out_and_the_note_says_what_to_do():
    table = claims_table([Claim("mest nynorsk", "60 %", True), Claim("alltid riktig", "79 %", False)])

    assert table.rows == [("mest nynorsk", "60 %", "ja"), ("alltid riktig", "79 %", "NEI")]
    assert table.note == NOTE


def test_claims_that_hold_need_no_note():
    assert claims_table([Claim("mest nynorsk", "60 %", True)]).note == ""
