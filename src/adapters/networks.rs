//! Lists of IP networks as written in a setting: addresses and CIDR blocks, separated by commas. Only parses and
//! compares; resolves no host name.

use std::net::IpAddr;

use ipnet::IpNet;

/// A list of IP networks, for example the trusted proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// An entry of the list that is neither an address nor a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither an address nor a block such as 10.0.0.0/8")]
pub struct InvalidNetwork(String);

impl Networks {
    /// Parses a comma-separated list. Blocks with host bits set (10.0.0.1/8) are rejected, because they are mostly
    /// typing errors.
    ///
    /// # Errors
    /// [`InvalidNetwork`] with the first invalid entry.
    pub fn parse(list: &str) -> Result<Self, InvalidNetwork> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| parse_network(entry).ok_or_else(|| InvalidNetwork(entry.to_owned())));
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether an address is in one of the networks. An IPv4-mapped IPv6 address counts as its IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn parse_network(entry: &str) -> Option<IpNet> {
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Some(IpNet::from(address));
    }
    let network: IpNet = entry.parse().ok()?;
    (network.addr() == network.network()).then_some(network)
}
