import LinearAlgebra
import Testing

@Suite("BLAS library")
struct BLASLibraryTests {
  @Test("the loaded library is OpenBLAS, and its build and core are known")
  func prepare() {
    let library = BLASLibrary.current
    #expect(library.isOpenBLAS)
    #expect(library.configuration.hasPrefix("OpenBLAS"))
    #expect(library.core != "unknown" && !library.core.isEmpty)
    #expect(library.warning == nil)
    #expect(library == BLASLibrary.current)
  }

  @Test("the warning about another library names the packages to install")
  func warning() throws {
    let library = BLASLibrary(configuration: "reference BLAS", core: "unknown", isOpenBLAS: false)
    let warning = try #require(library.warning)
    #expect(warning.contains("libopenblas-dev"))
    #expect(warning.contains("Homebrew"))
    #expect(!warning.contains("\n"))
  }
}
