"""Writes a workbook of one sheet of eight columns: write_xlsx.py ROWS TARGET.xlsx

Every value depends on its row alone, so that each run writes the same cells: numbers, amounts, percentages, dates, moments and
texts that repeat more or less often.
"""

import datetime
import random
import sys

import xlsxwriter

rows, target = int(sys.argv[1]), sys.argv[2]
random.seed(7)
workbook = xlsxwriter.Workbook(target)
# Otherwise the time of day is in the file.
workbook.set_properties({"created": datetime.datetime(2026, 1, 1)})
sheet = workbook.add_worksheet("Orders")
date, moment, percent = (
    workbook.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0.00%")
)
sheet.write_row(0, 0, ["id", "ordered", "customer", "region", "quantity", "price", "discount", "shipped"])
start = datetime.datetime(2019, 1, 1)
regions = ["North", "South", "East", "West", "Central"]
for row in range(1, rows + 1):
    sheet.write_number(row, 0, row)
    sheet.write_datetime(row, 1, start + datetime.timedelta(days=random.randrange(2_000)), date)
    sheet.write_string(row, 2, f"Customer {random.randrange(200_000):06d}")
    sheet.write_string(row, 3, random.choice(regions))
    sheet.write_number(row, 4, random.randrange(1, 500))
    sheet.write_number(row, 5, random.randrange(100, 10_000_000) / 100)
    sheet.write_number(row, 6, random.randrange(50) / 100, percent)
    sheet.write_datetime(row, 7, start + datetime.timedelta(seconds=random.randrange(2_000 * 86_400)), moment)
workbook.close()
