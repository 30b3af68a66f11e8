//! Desks: each purchasing bureau together with its region's finance bureau, numbered from 0.

use crate::domain::codes::Function;
use crate::synthetic::samples::REGIONS;

/// A purchasing bureau: code suffix, function, name suffix, budget line.
type Buyer = (&'static str, Function, &'static str, &'static str);

/// Purchasing bureaus of every region.
pub(super) const BUYERS: &[Buyer] = &[
    ("SF", Function::Justice, "司法局", "2040607 社区矫正"),
    ("MZ", Function::CivilAffairs, "民政局", "2080299 其他民政管理事务"),
    ("RS", Function::HumanResources, "人力资源和社会保障局", "2080799 其他就业补助"),
    ("JY", Function::Education, "教育体育局", "2050299 其他普通教育"),
];
/// Number of desks.
pub(super) const DESKS: usize = BUYERS.len() * REGIONS.len();
/// Returns the region (code and name) and the bureau of a desk.
pub(super) fn desk(number: usize) -> (&'static (&'static str, &'static str), &'static Buyer) {
    (&REGIONS[number / BUYERS.len() % REGIONS.len()], &BUYERS[number % BUYERS.len()])
}

/// Returns the name of a desk's region, for titles.
pub(super) fn place(number: usize) -> &'static str {
    desk(number).0.1
}
