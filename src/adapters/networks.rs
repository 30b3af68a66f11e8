//! Networks as a setting lists them: addresses and CIDR blocks. It must not look anything up.

use std::net::IpAddr;

/// Some networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u32)>);

/// A part of the list that is neither an address nor a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither an address nor a block such as 10.0.0.0/8")]
pub struct NoNetwork(String);

impl Networks {
    /// Reads addresses and blocks, separated by commas. A block whose address has bits beyond its length is refused: it is
    /// more often a slip than meant.
    ///
    /// # Errors
    /// [`NoNetwork`] with the first part that is none.
    pub fn parse(list: &str) -> Result<Self, NoNetwork> {
        let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| block(part).ok_or_else(|| NoNetwork(part.to_owned()))).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is of one of the networks. An IPv4 address that is written as IPv6 is the IPv4 address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let bits = bits(address.to_canonical());
        self.0.iter().any(|(network, length)| {
            let (network, of) = self::bits(*network);
            of == bits.1 && beginning(network, *length) == beginning(bits.0, *length)
        })
    }
}

fn block(part: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = match part.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (part, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let (number, of) = bits(address);
    let length = match length {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().filter(|n| *n <= of)?,
        Some(_) => return None,
        None => of,
    };
    (beginning(number, length) == number).then_some((address, length))
}

/// An address as a number whose first bit is the highest of 128, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

/// The first bits of a number, the others zero.
fn beginning(number: u128, length: u32) -> u128 {
    number & u128::MAX.checked_shl(128 - length).unwrap_or(0)
}
