//! What runs by itself: changes that fall due and mail. Each step can be called until idle by a test.
