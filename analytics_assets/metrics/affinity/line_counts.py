"""Basket counts from the lines themselves, where they may be held in memory."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.metrics.affinity.counts import BasketCounts
from analytics_assets.metrics.affinity.pair_counts import pair_counts
from analytics_assets.metrics.affinity.strata import draw_strata

Integers = npt.NDArray[np.int64]


def line_counts(
    lines: pd.DataFrame, product_ids: "pd.Series[str]", min_pair_orders: int
) -> BasketCounts:
    """Return what the statements of ``warehouse.queries.baskets`` count, from their lines.

    Args:
        lines: basket (int, not negative), order_month (int, months since January of year 0, the
            same in all lines of a basket), product_code (int, a position in ``product_ids``); the
            same line may come twice.
        product_ids: distinct and ascending, each of some line.
        min_pair_orders: pairs in fewer baskets are left out.
    """
    # While they are counted, products are numbered by frequency: code[number] and number[code].
    lines_of_product = np.bincount(lines["product_code"], minlength=len(product_ids))
    code = np.argsort(-lines_of_product, kind="stable")
    number = np.empty_like(code)
    number[code] = np.arange(len(code))

    months = np.zeros(lines["basket"].max() + 1 if len(lines) else 0, np.int64)
    months[lines["basket"]] = lines["order_month"]
    key = lines["basket"].to_numpy(np.int64, copy=True)
    key *= len(product_ids)
    key += number[lines["product_code"]]
    # Of tens of millions of lines nothing is kept that is not needed any more.
    del lines
    basket, products = _distinct(key, len(product_ids))
    del key
    sizes = np.bincount(basket, minlength=len(months))
    del basket
    orders = np.bincount(products, minlength=len(product_ids))
    one, other, together = pair_counts(sizes, products, orders, min_pair_orders)

    return BasketCounts(
        total_orders=int((sizes > 0).sum()),
        min_pair_orders=min_pair_orders,
        products=pd.DataFrame(
            {
                "product_code": np.arange(len(product_ids)),
                "product_id": product_ids,
                "product_orders": orders[number],
            }
        ),
        partners=_partners(sizes, months, code[products]),
        pairs=pd.DataFrame(
            {
                "product_a_code": np.minimum(code[one], code[other]),
                "product_b_code": np.maximum(code[one], code[other]),
                "times_bought_together": together,
            }
        ),
    )


def _distinct(key: Integers, products: int) -> tuple[Integers, Integers]:
    """Return (basket, product) of each ``basket * products + product`` once, sorted by both.

    ``key`` is sorted in place.
    """
    key.sort()
    is_first = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=is_first[1:])
    basket, product = np.divmod(key[is_first], max(products, 1))
    return basket, product


def _partners(sizes: Integers, months: Integers, codes: Integers) -> pd.DataFrame:
    """Return (product_code, stratum, partners): a product's partners in each stratum's baskets."""
    width = sizes.max(initial=0) + 1
    month_and_size, kind_of_basket, baskets = np.unique(
        months * width + sizes, return_inverse=True, return_counts=True
    )
    month, basket_size = np.divmod(month_and_size, width)
    # NumPy counts months from 1970.
    first_day = (month - 12 * 1970).astype("datetime64[M]").astype("datetime64[s]")
    kinds = pd.DataFrame({"order_month": first_day, "basket_size": basket_size, "baskets": baskets})
    strata = draw_strata(kinds)
    stratum_of_kind = np.full(len(kinds), -1)
    for number, stratum in enumerate(strata):
        is_in = kinds["order_month"].between(
            pd.Timestamp(stratum.month_from), pd.Timestamp(stratum.month_to)
        ) & kinds["basket_size"].between(stratum.size_from, stratum.size_to)
        stratum_of_kind[is_in] = number

    stratum_of_line = np.repeat(stratum_of_kind[kind_of_basket], sizes)
    in_a_stratum = stratum_of_line >= 0
    products = codes.max(initial=0) + 1
    sums = np.bincount(
        stratum_of_line[in_a_stratum] * products + codes[in_a_stratum],
        weights=np.repeat(sizes - 1, sizes)[in_a_stratum],
    ).astype(np.int64)
    [position] = sums.nonzero()
    number_of_stratum, code = np.divmod(position, products)
    return pd.DataFrame(
        {"product_code": code, "stratum": number_of_stratum, "partners": sums[position]}
    )
