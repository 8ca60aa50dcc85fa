import Foundation

/// The kernels of OpenBLAS that fit a processor.
///
/// An OpenBLAS that is older than the processor falls back to kernels without AVX, which take two to ten times as long.
package enum ProcessorKernels {
  /// The environment variable that OpenBLAS reads the name of its kernels from when it is loaded.
  package static let variable = "OPENBLAS_CORETYPE"

  /// Kernels without AVX, as OpenBLAS names them.
  private static let withoutAVX: Set = [
    "Generic", "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Core2", "Penryn", "Dunnington", "Atom",
    "Nano", "Nehalem", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Bobcat",
  ]

  /// Kernels by what they need, the fastest first.
  private static let known: [(name: String, needs: Set<String>)] = [
    ("Cooperlake", ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx512_bf16"]),
    ("SkylakeX", ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]),
    ("Haswell", ["avx2", "fma"]),
  ]

  /// Returns the name of the kernels that fit a processor if those that OpenBLAS chose do not; nil otherwise.
  ///
  /// - Parameters:
  ///   - core: The kernels that OpenBLAS chose, as ``BLASLibrary/core`` names them.
  ///   - features: The features of the processor, as Linux names them; read only if the kernels lack AVX.
  package static func better(than core: String, on features: @autoclosure () -> Set<String>) -> String? {
    guard withoutAVX.contains(core) else { return nil }
    let features = features()
    return known.first { $0.needs.isSubset(of: features) }?.name
  }

  /// The features of this machine's processor; empty if the system does not name them.
  package static var features: Set<String> {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return [] }
    return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
  }
}
