"""A shop.yml to start from, for files of no format that is known.

Headers are compared with words that shops' systems use. What comes of it is a draft for a person to
check, never something that a landing reads by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import yaml

from analytics_assets.intake.faults import spell
from analytics_assets.intake.files import DataFile
from analytics_assets.intake.formats import LINES, OWN, formats, plain

# Column -> headers that hold it, likeliest first, as `plain` gives them.
_WORDS = {
    "order_id": (
        "orderid ordernumber orderno ordernr order invoiceno invoicenumber invoice receiptid "
        "receiptno receiptnumber receipt saleid idorder entityid orderreference reference "
        "bestellnummer bestellnr auftragsnummer auftrag "
        "rechnungsnummer belegnummer numerocommande commande pedido ordine transactionid "
        "bonnummer bonnr belegnr ticket ticketnumber transaction"
    ),
    "order_date": (
        "orderdate saledate purchasedate orderedat createdat ordertime orderdatetime invoicedate "
        "transactiondate transactiondt datepaid bestelldatum auftragsdatum rechnungsdatum "
        "datecommande placedat purchasedon creationdate datecreated dateadded "
        "datetime fecha date datum created dateadd timestamp"
    ),
    "customer_id": (
        "customerid customernumber buyerusername username customerno custid clientid userid "
        "memberid buyerid buyer kundennummer kundennr kundenid idcustomer customer client kunde "
        "käufer kaeufer cliente acheteur comprador user member"
    ),
    "customer_email": (
        "customeremail buyeremail email emailaddress billingemail emailbilling mail correo"
    ),
    "order_status": (
        "orderstatus status orderstatusid statusid financialstatus paymentstatus currentstate "
        "fulfillmentstatus bestellstatus auftragsstatus estado etat"
    ),
    "currency": "currency currencycode ordercurrencycode waehrung währung devise moneda",
    "order_item_id": "orderitemid lineid linenumber positionid position",
    "product_id": (
        "productid sku itemid itemsku variantsku articleid articlenumber stockcode productcode "
        "itemnumber asin ean upc artikelnummer artikelnr listingid referencia lineitemsku "
        "productsku itemcode"
    ),
    "product_name": (
        "productname itemname producttitle itemtitle title description artikelname "
        "artikelbezeichnung lineitemname product item article artikel produit producto"
    ),
    "product_category": "productcategory category producttype department kategorie warengruppe",
    "quantity": (
        "quantity qty quantityordered qtyordered productquantity units itemquantity menge anzahl "
        "quantite cantidad pieces lineitemquantity productqty"
    ),
    "unit_price": (
        "unitprice itemprice productprice priceeach einzelpreis stueckpreis stückpreis "
        "prixunitaire lineitemprice productunitprice unitpricetaxexcl precio price preis prix"
    ),
    "line_total": (
        "linetotal rowtotal itemtotal linesubtotal itemsubtotal extendedprice gesamtpreis "
        "positionswert producttotalprice totalpricetaxexcl"
    ),
    "line_discount": "lineitemdiscount linediscount itemdiscount positionsrabatt",
    "order_discount": (
        "orderdiscount discountamount discounttotal totaldiscount totaldiscounts coupondiscount "
        "discount gesamtrabatt rabatt remise descuento"
    ),
}
# Of an order as often as of a line: of the line only where nothing else is.
_TOTALS = (
    *("subtotal", "totalproducts", "total", "summe", "gesamt", "betrag"),
    *("netsales", "grosssales", "salesprice"),
)
_ORDERS_ONLY = (
    "# This looks like orders without their lines: put the export of the lines (which product, how",
    "# many) into the folder too, or export one row per product.",
)


def shop_yml(files: Sequence[DataFile]) -> str:
    """Return a shop.yml for a file of orders beside one of their lines, or for one flat file.

    The flat file is the likeliest of all. A product without an id is known by its name. What no
    header seems to hold is a comment.
    """
    said = (
        "encoding: cp1252" if any(_is_not_utf_8(file) for file in files) else "# encoding: cp1252"
    )
    files = [replace(file, headers=tuple(map(_as_cp1252, file.headers))) for file in files]
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
        *(f"# Columns of {spell([one.name])}: {spell(one.headers)}" for one in tables.values()),
        "tables:",
        *(line for name, one in tables.items() for line in _table(name, one, guesses[one.name])),
        *_ORDERS_ONLY * is_orders_only,
        *(["customers_by: email"] if _has_addresses_only(guesses, tables.values()) else []),
        "# What the file cannot say, where it has to be said:",
        said,
        "# currency: EUR",
        '# dates: "%d.%m.%Y"',
        '# statuses: {"versendet": shipped, "storniert": cancelled}',
    ]
    return "\n".join(lines) + "\n"


def _is_not_utf_8(file: DataFile) -> bool:
    return any(_as_cp1252(header) != header for header in file.headers)


def _as_cp1252(header: str) -> str:
    """Return a header with the bytes that are no UTF-8 read as Windows writes them."""
    if header.isprintable():
        return header
    return header.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _has_addresses_only(guesses: Mapping[str, dict[str, str]], files: Iterable[DataFile]) -> bool:
    found = {column for one in files for column in guesses[one.name]}
    return "customer_email" in found and "customer_id" not in found


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
    if name == "orders" and "order_discount" in guess:
        guess["discount_amount"] = guess["order_discount"]
    yield f"  {name}:"
    yield f"    files: {_quoted(file.name)}"
    yield "    columns:"
    for column in source.columns:
        if column.endswith("_discount") and "unit_price" not in guess and column in guess:
            yield f"      # {column}: {_quoted(guess[column])}   # if line_total is before it"
        elif column in guess:
            yield f"      {column}: {_quoted(guess[column])}"
        elif column in source.needed:
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
    totals = [free[word] for word in _TOTALS if word in free]
    if totals and not found.keys() & {"unit_price", "line_total"}:
        found["line_total"] = totals[0]
    if "unit_price" in found and found.keys() & {"line_discount", "order_discount"}:
        found.pop("line_total", None)  # the discount may be taken off already
    return found


def _quoted(text: str) -> str:
    """Return the text as a YAML string in double quotes, on one line."""
    return yaml.safe_dump(text, default_style='"', width=10**6, allow_unicode=True).strip()
