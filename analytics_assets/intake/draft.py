"""A shop.yml to start from, for files of no format that is known.

Headers are compared with words that shops' systems use. What comes of it is a draft for a person to
check, never something that a landing reads by itself.
"""

from collections.abc import Iterator, Sequence

import yaml

from analytics_assets.intake.faults import shown
from analytics_assets.intake.files import DataFile
from analytics_assets.intake.formats import LINES, formats, plain

# Column of a flat file of lines -> headers that hold it, likeliest first, as `plain` gives them.
_WORDS = {
    "order_id": (
        "orderid ordernumber orderno ordernr order invoiceno invoicenumber invoice receiptid "
        "receipt saleid orderreference reference bestellnummer bestellnr auftragsnummer auftrag "
        "rechnungsnummer belegnummer numerocommande commande pedido ordine transactionid"
    ),
    "order_date": (
        "orderdate saledate purchasedate orderedat createdat ordertime orderdatetime invoicedate "
        "transactiondate transactiondt datepaid bestelldatum auftragsdatum rechnungsdatum "
        "datecommande fecha date datum created timestamp"
    ),
    "customer_id": (
        "customerid customernumber customerno custid clientid userid memberid buyerid buyer "
        "kundennummer kundennr kundenid customer client kunde cliente user member"
    ),
    "customer_email": "customeremail buyeremail email emailaddress billingemail mail",
    "order_status": "orderstatus status fulfillmentstatus bestellstatus auftragsstatus estado etat",
    "currency": "currency currencycode waehrung währung devise moneda",
    "order_item_id": "orderitemid lineid linenumber positionid position",
    "product_id": (
        "productid sku itemid itemsku variantsku articleid articlenumber stockcode productcode "
        "itemnumber asin ean upc artikelnummer artikelnr listingid referencia"
    ),
    "product_name": (
        "productname itemname producttitle itemtitle title description artikelname "
        "artikelbezeichnung product item article artikel produit producto"
    ),
    "product_category": "productcategory category producttype department kategorie warengruppe",
    "quantity": (
        "quantity qty quantityordered units itemquantity menge anzahl quantite cantidad pieces"
    ),
    "unit_price": (
        "unitprice itemprice productprice priceeach einzelpreis stueckpreis stückpreis "
        "prixunitaire precio price preis prix"
    ),
    "line_total": (
        "linetotal itemtotal linesubtotal itemsubtotal extendedprice gesamtpreis positionswert "
        "subtotal total summe gesamt betrag netsales grosssales salesprice"
    ),
}
_NEEDED = ("order_id", "order_date", "product_id", "quantity")
_ORDERS_ONLY = (
    "# This looks like orders without their lines: put the export of the lines (which product, how",
    "# many) into the folder too.",
)


def shop_yml(files: Sequence[DataFile]) -> str:
    """Return a shop.yml that reads the likeliest of the files as a flat file of order lines.

    A product without an id is known by its name. What no header seems to hold is a comment.
    """
    guesses = {file.name: _guess(file.headers) for file in files}
    file = max(files, key=lambda one: len(guesses[one.name]))
    guess = guesses[file.name]
    if "product_id" not in guess and "product_name" in guess:
        guess["product_id"] = guess["product_name"]
    lines = [
        "# A draft: each line is a guess from the header. Check it, then save it as shop.yml.",
        f"# Columns of {shown([file.name])}: {shown(file.headers)}",
        "tables:",
        f"  {LINES}:",
        f"    files: {_quoted(file.name)}",
        "    columns:",
        *_columns(guess),
        *_ORDERS_ONLY * ("product_id" not in guess and "quantity" not in guess),
        "# What the file cannot say, where it has to be said:",
        "# currency: EUR",
        '# dates: "%d.%m.%Y"',
        '# statuses: {"versendet": shipped, "storniert": cancelled}',
    ]
    return "\n".join(lines) + "\n"


def _columns(guess: dict[str, str]) -> Iterator[str]:
    source = formats()[LINES].sources[LINES]
    for column in source.columns:
        if column in guess:
            yield f"      {column}: {_quoted(guess[column])}"
        elif column in _NEEDED:
            yield f"      {column}:   # must be named: no header looks like it"
    if "unit_price" not in guess and "line_total" not in guess:
        yield "      line_total:   # must be named, or unit_price: no header looks like it"


def _guess(headers: Sequence[str]) -> dict[str, str]:
    """Return column -> the likeliest header; a header serves once."""
    free = {plain(header): header for header in reversed(headers)}
    found = {}
    for column, words in _WORDS.items():
        for word in words.split():
            if word in free:
                found[column] = free.pop(word)
                break
    return found


def _quoted(text: str) -> str:
    """Return the text as a YAML string in double quotes, on one line."""
    return yaml.safe_dump(text, default_style='"', width=10**6, allow_unicode=True).strip()
