//! The HTTP client of the tests.

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

/// Bytes of each of a connection's two buffers, which a debug build fills byte by byte: with the library's 128 KiB that
/// takes a tenth of all processor time of a test that sends many requests.
const BUFFER: usize = 16 << 10;

/// Returns a configuration with small buffers, for which no status of an answer is an error.
pub fn config() -> ConfigBuilder<AgentScope> {
    ureq::Agent::config_builder().http_status_as_error(false).input_buffer_size(BUFFER).output_buffer_size(BUFFER)
}
