"""The shop's rows as other platforms export them, each with what such an export can carry.

A shape is SQL over the raw tables of a clean shop: one statement per file. What all of them lose:
the segment of a customer, features of a product, and second accounts, since no platform has two
accounts with one address. Their shop takes no sales tax, so what a refund gives back is goods.
"""

import csv
import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from analytics_assets.demo_shop.shop import DemoShop

_ZONE = "America/Los_Angeles"

# Money in cents where it is shared; numbers of the ids, from which those of the platforms are made.
# ``utc``, ``changed_at`` and ``joined_at`` are times in UTC, which the tables got before.
_BASE = """
create view returned as
select order_id, sum(amount) as refunded from returns group by order_id;

create view account as
select min(cast(customer_id[6:] as bigint)) as account, lower(email) as email
from customers group by lower(email);

create view holder as
select account.account as customer, account.email, customers.* exclude (email, customer_id)
from account inner join customers on cast(customers.customer_id[6:] as bigint) = account.account;

create table sale as
select
    cast(orders.order_id[5:] as bigint) as number,
    orders.*,
    lower(orders.customer_email) as email,
    case when orders.customer_id is not null then account.account end as customer,
    lower(trim(orders.order_status)) as status,
    cast(round(total_amount * (100 - coalesce(discount_percent, 0)) * 0.01, 2)
        as decimal(12, 2)) as net,
    coalesce(returned.refunded, 0.00) as refunded,
    case
        when status not in ('completed', 'delivered', 'shipped', 'processing', 'pending')
            then 'voided'
        when status = 'processing' then 'authorized'
        when status = 'pending' then 'pending'
        when coalesce(returned.refunded, 0) = 0 then 'paid'
        when returned.refunded < net then 'partially_refunded'
        else 'refunded'
    end as paid,
    case when status in ('completed', 'delivered', 'shipped') then 'fulfilled' end as fulfilled
from orders
left join account on lower(orders.customer_email) = account.email
left join returned on orders.order_id = returned.order_id;

create view guest as
select email, 1000000 + row_number() over (order by min(number)) as customer
from sale where customer is null group by email;

create view placed as
select sale.*, coalesce(sale.customer, guest.customer) as buyer
from sale left join guest on sale.email = guest.email and sale.customer is null;

create view cents as
select
    sale.number,
    cast(items.order_item_id[6:] as bigint) as item,
    cast(items.product_id[6:] as bigint) as product,
    items.* exclude (order_id, order_item_id),
    cast(100 * sale.net as bigint) as order_net,
    cast(100 * items.line_total as bigint) as part,
    cast(sum(part) over (partition by items.order_id) as bigint) as whole,
    row_number() over (partition by items.order_id order by items.order_item_id) as place,
    (2 * order_net * part + whole) // (2 * whole) as share,
    row_number() over (partition by items.order_id order by part desc, item) = 1 as is_largest
from order_items as items inner join sale on items.order_id = sale.order_id;

create table line as
select
    * exclude (share, part, whole, order_net, is_largest),
    cast(share + case when is_largest
        then order_net - sum(share) over (partition by number) else 0 end as bigint) as net_cents
from cents;

create table back as
select
    cast(return_id[5:] as bigint) as refund,
    cast(order_id[5:] as bigint) as number,
    cast(order_item_id[6:] as bigint) as item,
    cast(product_id[6:] as bigint) as product,
    quantity, amount, returned_at, reason, utc
from returns;
"""

_ORDERS_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,"
    "Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,"
    "Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,"
    "Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,"
    "Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
_CUSTOMERS_HEADER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
)
_PRODUCTS_HEADER = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,"
    "Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,"
    "Image Position,Gift Card,Cost per item,Status"
)


def _filled(header: str, filled: dict[str, str], rest: str) -> str:
    """Return a select of all columns of a header; those that are not filled are empty."""
    columns = next(csv.reader([header]))
    if unknown := filled.keys() - set(columns):
        raise KeyError(f"the header must have these columns (got none of them): {unknown}")
    chosen = ", ".join(f'{filled.get(name, "NULL")} as "{name}"' for name in columns)
    return f"select {chosen} {rest}"


def _shopify_time(moment: str, local: str) -> str:
    """Return SQL of a time as Shopify's CSV writes it, with the shop's offset that day."""
    hours = f"date_diff('hour', {local}, {moment})"
    return f"strftime({local}, '%Y-%m-%d %H:%M:%S') || format(' -{{:02d}}00', {hours})"


_CREATED = _shopify_time("sale.utc", "sale.order_date")
# An order's own columns stand on its first row only; Name, Email and Created at on every row.
_FIRST_ROW = {
    "Financial Status": "sale.paid",
    "Paid at": f"case when sale.paid in ('paid', 'refunded', 'partially_refunded')"
    f" then {_CREATED} end",
    "Fulfillment Status": "coalesce(sale.fulfilled, 'unfulfilled')",
    "Currency": "sale.currency",
    "Subtotal": "sale.net",
    "Shipping": "sale.shipping_cost",
    "Taxes": "0.00",
    "Total": "sale.net + sale.shipping_cost",
    "Discount Code": "case when sale.net < sale.total_amount"
    " then 'SAVE' || cast(sale.discount_percent as integer) end",
    "Discount Amount": "sale.total_amount - sale.net",
    "Cancelled at": f"case when sale.paid = 'voided' then {_CREATED} end",
    "Refunded Amount": "sale.refunded",
    "Outstanding Balance": "case when sale.paid in ('authorized', 'pending')"
    " then sale.net + sale.shipping_cost else 0.00 end",
    "Id": "5000000000000 + sale.number",
    "Risk Level": "'Low'",
    "Source": "'web'",
}
_SHOPIFY = {
    "orders_export_1.csv": _filled(
        _ORDERS_HEADER,
        {
            "Name": "'#' || (1000 + sale.number)",
            "Email": "sale.email",
            "Created at": _CREATED,
            "Lineitem quantity": "line.quantity",
            "Lineitem name": "line.product_name",
            "Lineitem price": "line.unit_price",
            "Lineitem sku": "line.product_id",
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "false",
            "Lineitem fulfillment status": "coalesce(sale.fulfilled, 'pending')",
            "Lineitem discount": "0.00",
            "Vendor": "'House'",
            **{
                name: f"case when line.place = 1 then {value} end"
                for name, value in _FIRST_ROW.items()
            },
        },
        "from sale inner join line on sale.number = line.number "
        "order by sale.number desc, line.place",
    ),
    "customers_export.csv": _filled(
        _CUSTOMERS_HEADER,
        {
            "Customer ID": "'''' || (7000000000 + holder.customer)",
            "First Name": "holder.first_name",
            "Last Name": "holder.last_name",
            "Email": "holder.email",
            "Accepts Email Marketing": "'no'",
            "Default Address Address1": "holder.address",
            "Default Address City": "holder.city",
            "Default Address Province Code": "holder.state",
            "Default Address Country Code": "'US'",
            "Default Address Zip": "'''' || holder.zip_code",
            "Phone": "'''' || holder.phone",
            "Accepts SMS Marketing": "'no'",
            "Total Spent": "coalesce(sum(sale.net) filter "
            "(where sale.fulfilled = 'fulfilled'), 0.00)",
            "Total Orders": "count(sale.number)",
            "Tax Exempt": "'no'",
        },
        "from holder left join sale on holder.customer = sale.customer group by all order by 1",
    ),
    "products_export.csv": _filled(
        _PRODUCTS_HEADER,
        {
            "Handle": "replace(lower(product_name), ' ', '-')",
            "Title": "product_name",
            "Body (HTML)": "'<p>' || description || '</p>'",
            "Vendor": "'House'",
            "Type": "product_category",
            "Published": "true",
            "Option1 Name": "'Title'",
            "Option1 Value": "'Default Title'",
            "Variant SKU": "product_id",
            "Variant Inventory Tracker": "'shopify'",
            "Variant Inventory Qty": "stock_quantity",
            "Variant Inventory Policy": "'deny'",
            "Variant Price": "price",
            "Gift Card": "false",
            "Cost per item": "unit_cost",
            "Status": "'active'",
        },
        "from product_catalog order by product_id",
    ),
}

# WooCommerce's own tables for reports, as phpMyAdmin exports them: no product names, no costs. A
# refund is an order of its own with the parent's id and negative amounts. Guests have a customer
# row without user_id; an account's address may be a guest's as well.
_GMT = "strftime({}.utc, '%Y-%m-%d %H:%M:%S')"
_WOO = {
    "wp_wc_order_stats.csv": f"""
        select
            number as order_id, 0 as parent_id,
            strftime(order_date, '%Y-%m-%d %H:%M:%S') as date_created,
            {_GMT.format("placed")} as date_created_gmt,
            case when paid in ('paid', 'partially_refunded', 'refunded')
                then date_created end as date_paid,
            date_paid as date_completed,
            (select cast(sum(quantity) as bigint) from line where line.number = placed.number)
                as num_items_sold,
            net + shipping_cost as total_sales, 0.00 as tax_total, shipping_cost as shipping_total,
            net as net_total,
            cast(row_number() over (partition by buyer order by number) > 1 as integer)
                as returning_customer,
            case
                when paid = 'refunded' then 'wc-refunded'
                when paid in ('paid', 'partially_refunded') then 'wc-completed'
                when paid = 'authorized' then 'wc-on-hold'
                when paid = 'pending' then 'wc-pending'
                else 'wc-cancelled'
            end as status, buyer as customer_id
        from placed
        union all
        select
            10000000 + refund, back.number, strftime(returned_at, '%Y-%m-%d %H:%M:%S'),
            {_GMT.format("back")}, NULL, NULL, -quantity, -amount, 0.00, 0.00, -amount, NULL,
            'wc-completed', placed.buyer
        from back inner join placed on back.number = placed.number
        order by order_id""",
    "wp_wc_order_product_lookup.csv": """
        select
            item as order_item_id, line.number as order_id, product as product_id,
            0 as variation_id,
            buyer as customer_id, strftime(order_date, '%Y-%m-%d %H:%M:%S') as date_created,
            quantity as product_qty,
            cast(net_cents * 0.01 as decimal(12, 2)) as product_net_revenue,
            product_net_revenue as product_gross_revenue,
            line_total - product_net_revenue as coupon_amount,
            0.00 as tax_amount, 0.00 as shipping_amount, 0.00 as shipping_tax_amount
        from line inner join placed on line.number = placed.number
        union all
        select
            100000000 + refund, 10000000 + refund, product, 0, buyer,
            strftime(returned_at, '%Y-%m-%d %H:%M:%S'), -quantity, -amount, -amount, 0.00,
            0.00, 0.00, 0.00
        from back inner join placed on back.number = placed.number
        order by order_id, order_item_id""",
    "wp_wc_customer_lookup.csv": """
        select
            customer as customer_id, customer as user_id, split_part(email, '@', 1) as username,
            first_name, last_name, email, NULL as date_last_active,
            strftime(registration_date, '%Y-%m-%d 12:00:00') as date_registered, 'US' as country,
            zip_code as postcode, city, state
        from holder
        union all
        select customer, NULL, '', '', '', email, NULL, NULL, '', '', '', ''
        from guest
        order by customer_id""",
    "wp_wc_product_meta_lookup.csv": """
        select
            cast(product_id[6:] as bigint) as product_id, product_id as sku,
            '' as global_unique_id, 0 as virtual, 0 as downloadable, price as min_price,
            price as max_price, 0 as onsale, stock_quantity,
            case when stock_quantity > 0 then 'instock' else 'outofstock' end as stock_status
        from product_catalog
        union all
        select distinct product, product_id, '', 0, 0, NULL, NULL, 0, NULL, 'outofstock'
        from line where product_id not in (select product_id from product_catalog)
        order by 1""",
}

_UTC = "cast({} as timestamp with time zone)"
# Shopify's own numbers, from the shop's.
_ORDER, _CUSTOMER, _LINE = "2600000000000 + {}", "7000000000 + {}", "5700000000000 + {}"
_PRODUCT, _VARIANT, _STOCK = "4500000000000 + {}", "31000000000000 + {}", "33000000000000 + {}"
_REFUND, _REFUND_LINE = "800000000000 + {}", "900000000000 + {}"

_ORDER_COLUMNS = f"""
    {_ORDER.format("number")} as id, '#' || (1000 + number) as name, number,
    1000 + number as order_number, {_UTC.format("utc")} as created_at, created_at as processed_at,
    {_UTC.format("changed_at")} as updated_at,
    case when paid = 'voided' then {_UTC.format("utc")} end as cancelled_at,
    email, paid as financial_status, fulfilled as fulfillment_status,
    currency, currency as presentment_currency, cast(net as double) as subtotal_price,
    cast(total_amount as double) as total_line_items_price,
    cast(total_amount - net as double) as total_discounts, cast(0 as double) as total_tax,
    cast(net + shipping_cost as double) as total_price,
    json_object('shop_money', json_object('amount', cast(shipping_cost as varchar),
        'currency_code', currency)) as total_shipping_price_set,
    false as taxes_included, 'web' as source_name, false as test"""
_PRODUCT_COLUMNS = f"""
    {_PRODUCT.format("cast(product_id[6:] as bigint)")} as id, product_name as title,
    replace(lower(product_name), ' ', '-') as handle, product_category as product_type,
    'House' as vendor, '<p>' || description || '</p>' as body_html, 'active' as status"""
_VARIANT_COLUMNS = f"""
    {_VARIANT.format("cast(product_id[6:] as bigint)")} as id,
    {_PRODUCT.format("cast(product_id[6:] as bigint)")} as product_id,
    {_STOCK.format("cast(product_id[6:] as bigint)")} as inventory_item_id,
    'Default Title' as title, cast(price as double) as price, product_id as sku,
    stock_quantity as inventory_quantity, 1 as position"""
_STOCK_COLUMNS = f"""
    {_STOCK.format("cast(product_id[6:] as bigint)")} as id, product_id as sku,
    cast(unit_cost as double) as cost"""
_CUSTOMER_COLUMNS = f"""
    {_CUSTOMER.format("customer")} as id, email, first_name, last_name, phone,
    {_UTC.format("joined_at")} as created_at, 'enabled' as state"""
_SYNCED = _UTC.format("(select max(utc) + interval 1 second from orders)")
_FIVETRAN_META = f"false as _fivetran_deleted, {_SYNCED} as _fivetran_synced"
_FIVETRAN = {
    "order.parquet": f"""
        select {_ORDER_COLUMNS}, {_CUSTOMER.format("customer")} as customer_id, {_FIVETRAN_META}
        from sale order by number""",
    "order_line.parquet": f"""
        select
            {_LINE.format("item")} as id, {_ORDER.format("number")} as order_id, place as index,
            {_PRODUCT.format("product")} as product_id, {_VARIANT.format("product")} as variant_id,
            product_id as sku, product_name as name, product_name as title, 'House' as vendor,
            quantity, cast(unit_price as double) as price, cast(0 as double) as total_discount,
            false as gift_card, {_SYNCED} as _fivetran_synced
        from line order by item""",
    "customer.parquet": f"""
        select {_CUSTOMER_COLUMNS}, {_FIVETRAN_META} from holder order by customer""",
    "product.parquet": f"""
        select {_PRODUCT_COLUMNS}, {_FIVETRAN_META} from product_catalog order by product_id""",
    "product_variant.parquet": f"""
        select {_VARIANT_COLUMNS}, {_SYNCED} as _fivetran_synced from product_catalog
        order by product_catalog.product_id""",
    "inventory_item.parquet": f"""
        select {_STOCK_COLUMNS}, {_FIVETRAN_META} from product_catalog order by product_id""",
    "refund.parquet": f"""
        select
            {_REFUND.format("refund")} as id, {_ORDER.format("number")} as order_id,
            {_UTC.format("utc")} as created_at, created_at as processed_at,
            reason as note, true as restock,
            {_SYNCED} as _fivetran_synced
        from back order by refund""",
    "order_line_refund.parquet": f"""
        select
            {_REFUND_LINE.format("refund")} as id, {_REFUND.format("refund")} as refund_id,
            {_LINE.format("item")} as order_line_id, quantity, cast(amount as double) as subtotal,
            cast(0 as double) as total_tax, 'return' as restock_type,
            {_SYNCED} as _fivetran_synced
        from back order by refund""",
}

# Airbyte keeps what is nested as JSON; a refund stands in its order and in a stream of its own.
_AIRBYTE_META = f"""
    {{0}} as _airbyte_raw_id, {_SYNCED} as _airbyte_extracted_at, 1 as _airbyte_generation_id,
    '{{{{"changes": [], "sync_id": 1}}}}' as _airbyte_meta"""
_REFUND_LINES = f"""
    json_array(json_object('id', {_REFUND_LINE.format("refund")},
        'line_item_id', {_LINE.format("item")}, 'quantity', quantity,
        'subtotal', cast(amount as varchar), 'total_tax', '0.00', 'restock_type', 'return'))"""
_AIRBYTE_TIME = "strftime(utc, '%Y-%m-%dT%H:%M:%SZ')"
_AIRBYTE = {
    "orders.parquet": f"""
        with items as (
            select number, cast(to_json(list(json_object(
                'id', {_LINE.format("item")}, 'product_id', {_PRODUCT.format("product")},
                'variant_id', {_VARIANT.format("product")}, 'sku', product_id,
                'name', product_name, 'title', product_name, 'vendor', 'House',
                'quantity', quantity, 'price', cast(unit_price as varchar),
                'total_discount', '0.00', 'gift_card', false, 'tax_lines', json_array()
            ) order by place)) as varchar) as line_items
            from line group by number
        ), refunded as (
            select number, cast(to_json(list(json_object(
                'id', {_REFUND.format("refund")}, 'order_id', {_ORDER.format("number")},
                'created_at', {_AIRBYTE_TIME}, 'refund_line_items', {_REFUND_LINES}
            ) order by refund)) as varchar) as refunds
            from back group by number
        )
        select {_ORDER_COLUMNS},
            case when customer is not null then cast(json_object('id',
                {_CUSTOMER.format("customer")}, 'email', email) as varchar) end as customer,
            items.line_items, coalesce(refunded.refunds, '[]') as refunds,
            {_AIRBYTE_META.format("'o' || number")}
        from sale inner join items using (number) left join refunded using (number)
        order by number""",
    "order_refunds.parquet": f"""
        select
            {_REFUND.format("refund")} as id, {_ORDER.format("number")} as order_id,
            {_UTC.format("utc")} as created_at, created_at as processed_at,
            true as restock, reason as note,
            cast({_REFUND_LINES} as varchar) as refund_line_items,
            {_AIRBYTE_META.format("'r' || refund")}
        from back order by refund""",
    "customers.parquet": f"""
        select {_CUSTOMER_COLUMNS}, cast(json_object('address1', address, 'city', city,
            'province_code', state, 'zip', zip_code, 'country_code', 'US') as varchar)
            as default_address, {_AIRBYTE_META.format("'c' || customer")}
        from holder order by customer""",
    "products.parquet": f"""
        select {_PRODUCT_COLUMNS}, {_AIRBYTE_META.format("'p' || product_id")}
        from product_catalog order by product_id""",
    "product_variants.parquet": f"""
        select {_VARIANT_COLUMNS}, {_AIRBYTE_META.format("'v' || product_catalog.product_id")}
        from product_catalog order by product_catalog.product_id""",
    "inventory_items.parquet": f"""
        select {_STOCK_COLUMNS}, {_AIRBYTE_META.format("'i' || product_id")}
        from product_catalog order by product_id""",
}

SHAPES = {
    "shopify": _SHOPIFY,
    "woocommerce": _WOO,
    "fivetran": _FIVETRAN,
    "airbyte": _AIRBYTE,
}


def write_shape(shop: DemoShop, directory: Path, shape: str) -> None:
    """Write a clean shop's rows as a platform's export into a folder, the same bytes every time.

    The folder is made if missing. Raises KeyError for a shape that is not in SHAPES.
    """
    directory.mkdir(parents=True, exist_ok=True)
    noon = pc.add(
        shop.customers["registration_date"].cast(pa.timestamp("us")), datetime.timedelta(hours=12)
    )
    tables = {
        "customers": shop.customers.append_column("joined_at", _utc(noon)),
        "orders": shop.orders.append_column("utc", _utc(shop.orders["order_date"])).append_column(
            "changed_at", _utc(shop.orders["updated_at"])
        ),
        "order_items": shop.order_items,
        "product_catalog": shop.product_catalog,
        "returns": shop.returns.append_column("utc", _utc(shop.returns["returned_at"])),
    }
    # Without the extension for time zones, a cast to a zoned time takes it to be in UTC.
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        for name, rows in tables.items():
            connection.register(name, rows)
        connection.execute(_BASE)
        for file_name, sql in SHAPES[shape].items():
            form = "format csv, header" if file_name.endswith(".csv") else "format parquet"
            path = str(directory / file_name).replace("'", "''")
            connection.execute(f"copy ({sql}) to '{path}' ({form})")


def _utc(local: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return times of the shop's zone in UTC; of an hour that the clock repeats the first one.

    No order is in the hour that the clock skips; a later change may be.
    """
    zoned = pc.assume_timezone(local, _ZONE, ambiguous="earliest", nonexistent="latest")
    return zoned.cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us"))
