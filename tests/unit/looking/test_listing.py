from snaketune.looking.listing import Column, aligned, fitted


def test_numbers_stand_to_the_right_and_texts_to_the_left():
    table = [Column("value", [0.12345678, None]), Column("name", ["a", "学b"], left=True), Column("n", [1, 22])]
    assert aligned(table) == [
        "   value  name   n",
        "0.123457  a      1",
        "       –  学b   22",
    ]


def test_the_columns_that_matter_least_are_left_out_where_there_is_no_room():
    table = [Column(name, ["x" * 8], spare=spare) for name, spare in (("a", 0), ("b", 1), ("c", 2), ("d", 2))]
    assert [column.name for column in fitted(table, 40)[0]] == ["a", "b", "c", "d"]
    kept, left_out = fitted(table, 30)
    assert ([column.name for column in kept], left_out) == (["a", "b", "c"], ["d"])
    assert fitted(table, 3)[1] == ["b", "c", "d"]


def test_long_cells_are_cut_where_room_is_short_alone():
    table = [Column("a", ["x" * 100])]
    assert len(aligned(table)[1]) == 100
    assert len(aligned(fitted(table, 80)[0])[1]) == 32


def test_a_cell_stays_on_its_line():
    assert aligned([Column("a", ["one\n\x1b[31mtwo"], left=True)]) == ["a", "one [31mtwo"]
