import FoundationEssentials
import MILBags
import UserInput

/// A file a bag, in one folder or in subfolders, as STAMP and most custom programs write them.
struct FlatFiles: FolderLayout {
  var id: String { "a file a bag" }

  /// The extensions of each kind of file.
  private static let kinds: [(title: String, endings: Set<String>)] = [
    (".npy", ["npy"]), (".npz", ["npz"]), (".h5", ["h5", "hdf5"]), (".pt", ["pt", "pth"]),
    (".safetensors", ["safetensors"]),
  ]

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    let (start, decisions) = try part(of: folder, options)
    var found = Self.kinds.map { kind in
      (kind.title, FoundFiles.bags(in: start, of: folder, endings: kind.endings))
    }.filter { !$0.1.isEmpty }
    // If other files hold features, text files are tables.
    let matrices = FoundFiles.bags(in: start, of: folder, endings: ["mat"])
    if found.isEmpty {
      found = try texts(in: start, of: folder, options).list
      // A single result beside bags of text is not a folder of bags.
      if matrices.count > found.first?.1.count ?? 0 { found = [(".mat", matrices)] }
    }
    guard let (title, bags) = found.first else { return nil }
    guard found.count == 1 else {
      let kinds = found.map { "\($0.1.count) \($0.0)" }.joined(separator: ", ")
      throw ReadError(
        file: folder.url.path, found: "files of several kinds: \(kinds)",
        expected: "a folder with one kind; \(ReadOption.featureFolder.spelling) names a folder in it")
    }
    let turned = ReadDecision(.columns, "rows and columns of MATLAB's arrays are those that MATLAB shows")
    return FoundFiles(
      bags: bags, title: "a \(title) file a bag",
      decisions: decisions + (title == ".mat" ? [turned] : [])
        + otherTexts(than: bags, title, in: start, of: folder, options).list)
  }

  /// Returns the decision on files of text with another extension than that of the features, such as notes.
  private func otherTexts(
    than bags: [FoundFiles.Bag], _ title: String, in start: String, of folder: FolderListing, _ options: ReadOptions
  ) -> ReadDecision? {
    guard Self.texts.contains(String(title.dropFirst())) else { return nil }
    let endings = Set(Self.texts).subtracting([String(title.dropFirst())])
    // Files of the same name are reported for all layouts.
    let names = Set(bags.map(\.name))
    let others = FoundFiles.bags(in: start, of: folder, endings: endings).filter { !names.contains($0.name) }
    let isTable = folder.isTable(of: options)
    let unused = others.map(\.features).filter { !isTable($0) }
    guard !unused.isEmpty else { return nil }
    return ReadDecision(.leftOut, BagAnswers.counted(unused, "files are of another kind than \(title)"))
  }

  /// The extensions of text, the most common first.
  private static let texts = ["csv", "tsv", "txt", "dat"]

  /// Returns the files of text of the most common extension, other than the tables that the user names.
  ///
  /// - Throws: ``ReadError`` if two extensions are equally common.
  private func texts(
    in start: String, of folder: FolderListing, _ options: ReadOptions
  ) throws -> (String, [FoundFiles.Bag])? {
    let isTable = folder.isTable(of: options)
    let kinds = Self.texts.map { ending in
      (".\(ending)", FoundFiles.bags(in: start, of: folder, endings: [ending]).filter { !isTable($0.features) })
    }.filter { !$0.1.isEmpty }
    guard let most = kinds.map(\.1.count).max() else { return nil }
    let common = kinds.filter { $0.1.count == most }
    guard common.count == 1 else {
      throw ReadError(
        file: folder.url.path,
        found: "files of several kinds: \(common.map { "\($0.1.count) \($0.0)" }.joined(separator: ", "))",
        expected: "a folder with one kind; \(ReadOption.featureFolder.spelling) names a folder in it")
    }
    return common[0]
  }

  /// Returns the subfolder that the user names.
  private func part(of folder: FolderListing, _ options: ReadOptions) throws -> (String, [ReadDecision]) {
    guard options.featureFolder != nil else { return ("", []) }
    let withFiles = Set(folder.files.filter { BagFileName.endings.contains($0.ending) }.map(\.folder))
    guard let (chosen, _) = try FeatureFolders.choice(withFiles.subtracting([""]).sorted(), in: folder, options) else {
      throw ReadError(
        file: folder.url.path, found: "no folder in it that has files of features",
        expected: "a call without \(ReadOption.featureFolder.spelling)")
    }
    return (chosen, [FeatureFolders.decision(chosen, isAsked: true, options)])
  }
}

/// Slideflow's bags: `SLIDE.pt`, and `SLIDE.index.npz` with the places of its rows.
///
/// Source: J. M. Dolezal et al., Slideflow: deep learning for digital histopathology with real-time whole-slide
/// visualization, BMC Bioinformatics 25, 2024, doi:10.1186/s12859-024-05758-x.
struct IndexedBags: FolderLayout {
  var id: String { "Slideflow" }

  private static let ending = ".index.npz"

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    guard folder.files.contains(where: { $0.path.hasSuffix(Self.ending) }), options.featureFolder == nil else {
      return nil
    }
    var bags = FoundFiles.bags(in: "", of: folder, endings: ["pt", "pth"])
    let indices = Set(folder.files.map(\.path).filter { $0.hasSuffix(Self.ending) })
    for place in bags.indices {
      let path = BagFileName.withoutEndings(bags[place].features) + Self.ending
      if indices.contains(path) { bags[place].places = path }
    }
    return bags.isEmpty ? nil : FoundFiles(bags: bags, title: id)
  }
}

/// TIAToolbox's pairs of files: `NUMBER.features.0.npy`, and `NUMBER.position.npy` with the corners of its patches.
///
/// Source: J. Pocock et al., TIAToolbox as an end-to-end library for advanced tissue image analytics, Communications
/// Medicine 2, 2022, doi:10.1038/s43856-022-00186-5.
struct PositionPairs: FolderLayout {
  var id: String { "TIAToolbox" }

  private static let ending = ".features.0"

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    guard options.featureFolder == nil else { return nil }
    let paths = Set(folder.files.map(\.path))
    let bags = FoundFiles.bags(in: "", of: folder, endings: ["npy"]).compactMap { bag -> FoundFiles.Bag? in
      guard bag.name.hasSuffix(Self.ending) else { return nil }
      let name = String(bag.name.dropLast(Self.ending.count))
      let places = String(bag.features.dropLast((Self.ending + ".npy").count)) + ".position.npy"
      return FoundFiles.Bag(name: name, features: bag.features, places: paths.contains(places) ? places : nil)
    }
    return bags.isEmpty ? nil : FoundFiles(bags: bags, title: id)
  }
}
