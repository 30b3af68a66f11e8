//! Words for people, in 简体中文 and English: locales, dates, money, steps of a trail.
