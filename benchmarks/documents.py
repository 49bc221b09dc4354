"""Measured tables, put between their marks in the documents."""

END = "<!-- end numbers -->"


def fill(path, tables):
    """Replace what stands between `<!-- numbers: NAME -->` and the end mark.

    Args:
        path: the document.
        tables: dict of name -> Markdown.
    """
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        start = f"<!-- numbers: {name} -->"
        if start not in text:
            print(f"{path.name} has no place for {name}:\n{table}\n")
            continue
        before, rest = text.split(start, 1)
        text = f"{before}{start}\n{table.strip()}\n{rest[rest.index(END) :]}"
    path.write_text(text, encoding="utf-8")
