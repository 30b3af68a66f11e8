//! One file a command of `luyue`: reads its arguments, calls services, prints.
