import MILBags
import UserInput

/// Named arrays of one file, each read on demand.
package protocol ArrayArchive {
  /// The names of the arrays.
  var names: [String] { get }
  /// The names of the arrays, for errors.
  var summary: String { get }
  /// Returns the array with exactly this name; nil if there is none.
  func array(_ name: String) throws -> NumPyArray?
}

extension NumPyArchive: ArrayArchive {}

/// The datasets of an HDF5 file in memory as arrays, by their paths.
///
/// If all datasets are in one group, their names are those within it.
package struct HDF5Archive: ArrayArchive {
  /// The names of the datasets.
  package let names: [String]
  /// The group that has all datasets, with a slash behind it; empty for the root group.
  package let group: String
  #if HDF5
    private let image: HDF5Image
    private let datasets: [String: HDF5Object]
    private let refused: [String: ReadError]
  #endif

  /// Finds the datasets of a file.
  ///
  /// - Throws: `ReadError` for a file of another kind, or one that is damaged or belongs to MATLAB, Octave or pandas.
  package init(bytes: [UInt8], file: String) throws {
    #if HDF5
      image = try HDF5Image(bytes, file: file)
      var listing = HDF5Paths(file: file)
      try listing.add(image.description)
      try listing.refuseOthers()
      let prefixes = Set(listing.paths.map { path in path.lastIndex(of: "/").map { path[...$0] } ?? "" })
      let group = prefixes.count == 1 ? String(prefixes.first ?? "") : ""
      names = listing.paths.map { String($0.dropFirst(group.count)) }
      self.group = group
      (datasets, refused) = (listing.datasets, listing.refused)
    #else
      throw ReadError(file: file, found: "an HDF5 file", expected: HDF5File.leftOut)
    #endif
  }

  /// The names of the datasets, for errors.
  package var summary: String {
    names.isEmpty ? "no arrays" : "the arrays " + names.shortList(12) { $0.onOneLine(limit: 40) }
  }

  /// Returns the dataset with exactly this name; nil if there is none.
  ///
  /// - Throws: `ReadError` for one that has neither numbers nor texts, or cannot be read.
  package func array(_ name: String) throws -> NumPyArray? {
    #if HDF5
      let path = group + name
      guard names.contains(name) else { return nil }
      if let error = refused[path] { throw error }
      let field = "array \(name.onOneLine(limit: 80))"
      guard let object = datasets[path] else {
        throw ReadError(
          file: image.file, at: .field(field), found: "a header that cannot be read", expected: "a whole HDF5 file")
      }
      let dataset = try HDF5Dataset(object, field: field, in: image)
      var budget = Inflate.limit(forCompressed: image.bytes.count)
      if dataset.holdsTexts {
        return NumPyArray(
          shape: dataset.shape, content: .text(try dataset.texts(&budget)), file: image.file, field: field)
      }
      guard dataset.numberType != nil else {
        throw dataset.error(
          dataset.typeName, "numbers or texts; of a table with fields, an array a field: f['NAME'] = table['NAME']")
      }
      return NumPyArray(
        shape: dataset.shape, content: .numbers(try dataset.numbers(&budget)), file: image.file, field: field)
    #else
      return nil
    #endif
  }
}

#if HDF5
  /// The paths of all datasets of a file, by hard links from its root group.
  private struct HDF5Paths {
    let file: String
    private(set) var paths: [String] = []
    private(set) var datasets: [String: HDF5Object] = [:]
    private(set) var refused: [String: ReadError] = [:]
    private var isOfMATLAB = false

    init(file: String) { self.file = file }

    /// Adds the datasets below the root group.
    mutating func add(_ description: HDF5Description) throws {
      var walk = HDF5Walk(file, description)
      try walk.all { object, path in
        switch object {
        case .group(let object), .dataset(let object): isOfMATLAB = isOfMATLAB || object.isOfMATLAB
        default: break
        }
        if case .dataset(let dataset) = object {
          paths.append(path)
          datasets[path] = dataset
        }
        let whole = "a whole HDF5 file that libhdf5 \(HDF5Library.version) reads"
        if let (found, expected) = object.problem(expecting: whole) {
          paths.append(path)
          refused[path] = ReadError(
            file: file, at: .field("array \(path.onOneLine(limit: 80))"), found: found, expected: expected)
        }
      }
    }

    /// Refuses files of programs that lay out their values in a way of their own.
    func refuseOthers() throws {
      if isOfMATLAB {
        throw ReadError(
          file: file, found: "arrays of MATLAB (MATLAB_class), whose rows MATLAB shows as columns, without its header",
          expected: "the file that MATLAB saves with -v7.3, or arrays without the attribute MATLAB_class")
      }
      let leaves = paths.map { $0.split(separator: "/").last ?? "" }
      if !paths.isEmpty, paths.allSatisfy({ $0.contains("/") }), leaves.allSatisfy({ ["type", "value"].contains($0) }) {
        throw ReadError(
          file: file, found: "Octave's HDF5",
          expected: "one that Octave saves by: save('-v7', 'bags.mat', 'NAME', ...)")
      }
      if leaves.contains("block0_values") || leaves.contains("axis0")
        || paths.contains(where: { $0.contains("_i_table/") })
      {
        throw ReadError(
          file: file, found: "a table of pandas (HDFStore)",
          expected: "a table with one instance a line, as pandas writes it: "
            + "pandas.read_hdf(FILE).to_csv('bags.csv', index=False)")
      }
    }
  }
#endif
