from {{ cookiecutter.package }} import table


def test_cells_keep_what_parts_cells_and_rows() -> None:
    assert table.csv_of(("a", "b"), [("1,2", 'x"y'), ("ü\nv", 3.5)]) == 'a,b\n"1,2","x""y"\n"ü\nv",3.5\n'.encode()
