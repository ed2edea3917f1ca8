"""A shop.yml to start from, for files of no format that is known.

Headers are compared with words that shops' systems use. What comes of it is a draft for a person to
check, never something that a landing reads by itself.
"""

from collections.abc import Iterator, Mapping, Sequence

import yaml

from analytics_assets.intake.faults import shown
from analytics_assets.intake.files import DataFile
from analytics_assets.intake.formats import LINES, OWN, formats, plain

# Column -> headers that hold it, likeliest first, as `plain` gives them.
_WORDS = {
    "order_id": (
        "orderid ordernumber orderno ordernr order invoiceno invoicenumber invoice receiptid "
        "receipt saleid orderreference reference bestellnummer bestellnr auftragsnummer auftrag "
        "rechnungsnummer belegnummer numerocommande commande pedido ordine transactionid "
        "idorder entityid"
    ),
    "order_date": (
        "orderdate saledate purchasedate orderedat createdat ordertime orderdatetime invoicedate "
        "transactiondate transactiondt datepaid bestelldatum auftragsdatum rechnungsdatum "
        "datecommande fecha date datum created dateadd timestamp"
    ),
    "customer_id": (
        "customerid customernumber customerno custid clientid userid memberid buyerid buyer "
        "kundennummer kundennr kundenid idcustomer customer client kunde cliente user member"
    ),
    "customer_email": "customeremail buyeremail email emailaddress billingemail mail",
    "order_status": (
        "orderstatus status currentstate fulfillmentstatus bestellstatus auftragsstatus estado etat"
    ),
    "currency": "currency currencycode ordercurrencycode waehrung währung devise moneda",
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
        "quantity qty quantityordered qtyordered productquantity units itemquantity menge anzahl "
        "quantite cantidad pieces"
    ),
    "unit_price": (
        "unitprice itemprice productprice priceeach einzelpreis stueckpreis stückpreis "
        "prixunitaire precio price preis prix"
    ),
    "line_total": (
        "linetotal rowtotal itemtotal linesubtotal itemsubtotal extendedprice gesamtpreis "
        "positionswert subtotal total summe gesamt betrag netsales grosssales salesprice"
    ),
}
_NEEDED = {
    LINES: ("order_id", "order_date", "product_id", "quantity"),
    "orders": ("order_id", "order_date", "total_amount"),
    "order_items": ("order_id", "product_id", "quantity"),
}
_ORDERS_ONLY = (
    "# This looks like orders without their lines: put the export of the lines (which product, how",
    "# many) into the folder too.",
)


def shop_yml(files: Sequence[DataFile]) -> str:
    """Return a shop.yml for a file of orders beside one of their lines, or for one flat file.

    The flat file is the likeliest of all. A product without an id is known by its name. What no
    header seems to hold is a comment.
    """
    guesses = {file.name: _guess(file.headers) for file in files}
    whole = [file for file in files if "order_id" in guesses[file.name]]
    orders = [file for file in whole if _is_of_orders(guesses[file.name])]
    items = [file for file in whole if _is_of_lines(guesses[file.name])]
    if len(orders) == len(items) == 1:
        tables = {"orders": orders[0], "order_items": items[0]}
    else:
        tables = {LINES: max(files, key=lambda one: len(guesses[one.name]))}
    is_orders_only = LINES in tables and _is_of_orders(guesses[tables[LINES].name])
    lines = [
        "# A draft: each line is a guess from the header. Check it, then save it as shop.yml.",
        *(f"# Columns of {shown([one.name])}: {shown(one.headers)}" for one in tables.values()),
        "tables:",
        *(line for name, one in tables.items() for line in _table(name, one, guesses[one.name])),
        *_ORDERS_ONLY * is_orders_only,
        "# What the file cannot say, where it has to be said:",
        "# currency: EUR",
        '# dates: "%d.%m.%Y"',
        '# statuses: {"versendet": shipped, "storniert": cancelled}',
    ]
    return "\n".join(lines) + "\n"


def _is_of_orders(guess: Mapping[str, str]) -> bool:
    return "order_date" in guess and "product_id" not in guess and "quantity" not in guess


def _is_of_lines(guess: Mapping[str, str]) -> bool:
    return "order_date" not in guess and "quantity" in guess


def _table(name: str, file: DataFile, guess: dict[str, str]) -> Iterator[str]:
    source = formats()[LINES if name == LINES else OWN].sources[name]
    if "product_id" not in guess and "product_name" in guess:
        guess["product_id"] = guess["product_name"]
    if name == "orders" and "line_total" in guess:
        guess["total_amount"] = guess["line_total"]
    yield f"  {name}:"
    yield f"    files: {_quoted(file.name)}"
    yield "    columns:"
    for column in source.columns:
        if column in guess:
            yield f"      {column}: {_quoted(guess[column])}"
        elif column in _NEEDED[name]:
            yield f"      {column}:   # must be named: no header looks like it"
    if name != "orders" and "unit_price" not in guess and "line_total" not in guess:
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
