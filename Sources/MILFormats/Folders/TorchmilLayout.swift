import UserInput

/// Folders as torchmil lays them out: `features/features_NAME` or `features` with a file a bag.
///
/// Beside it are the folders `labels`, `patch_labels` or `slice_labels`, and `coords`, with files of the same names.
///
/// Source: F. M. Castro-Macias et al., torchmil, https://github.com/Franblueee/torchmil.
struct TorchmilLayout: FolderLayout {
  var id: String { "torchmil" }

  private static let beside = ["labels", "patch_labels", "slice_labels", "inst_labels", "coords", "coordinates"]
  private static let endings: Set<String> = ["npy", "npz", "h5", "hdf5", "pt", "pth"]

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    let candidates = folder.folders.filter { path in
      base(of: path, in: folder) != nil
        && folder.files.contains { $0.folder == path && Self.endings.contains($0.ending) }
    }
    guard let (chosen, isAsked) = try FeatureFolders.choice(candidates, in: folder, options),
      let base = base(of: chosen, in: folder)
    else { return nil }
    var bags = FoundFiles.bags(in: chosen, of: folder, endings: Self.endings, isDeep: false)
    let paths = Dictionary(
      folder.files.map { (BagFileName.withoutEndings($0.path), $0.path) }, uniquingKeysWith: { first, _ in first })
    func file(_ names: [String], _ bag: FoundFiles.Bag) -> String? {
      names.lazy.compactMap { paths[FolderListing.path(base, $0) + "/" + bag.name] }.first
    }
    for index in bags.indices {
      bags[index].label = file(["labels"], bags[index])
      bags[index].instanceLabels = file(["patch_labels", "slice_labels", "inst_labels"], bags[index])
      bags[index].places = file(["coords", "coordinates"], bags[index])
    }
    return FoundFiles(bags: bags, title: id, decisions: [FeatureFolders.decision(chosen, isAsked: isAsked, options)])
  }

  /// Returns the folder that has labels and places beside a feature folder; nil for any other path.
  private func base(of path: String, in folder: FolderListing) -> String? {
    let name = FolderListing.last(of: path)
    guard name == "features" || name.hasPrefix("features_") else { return nil }
    var base = FolderListing.folder(of: path)
    if FolderListing.last(of: base) == "features" { base = FolderListing.folder(of: base) }
    return Self.beside.contains { folder.hasFolder(FolderListing.path(base, $0)) } ? base : nil
  }
}
