import UserInput

/// Folders as TRIDENT lays them out: `features_ENCODER` with a file a slide.
///
/// Each magnification and patch size has its own folder.
///
/// Source: A. Zhang et al., Accelerating data processing and benchmarking of AI models for pathology, 2025,
/// arXiv:2502.06750; https://github.com/mahmoodlab/TRIDENT.
struct TridentLayout: FolderLayout {
  var id: String { "TRIDENT" }

  private static let endings: Set<String> = ["h5", "hdf5", "pt", "pth", "npy", "npz", "safetensors"]

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    let candidates = folder.folders.filter { path in
      let name = FolderListing.last(of: path)
      let isMeant = name.hasPrefix("features_") || (name.hasPrefix("slide_features_") && options.featureFolder != nil)
      return isMeant && folder.files.contains { $0.folder == path && Self.endings.contains($0.ending) }
    }
    guard let (chosen, isAsked) = try FeatureFolders.choice(candidates, in: folder, options) else { return nil }
    return FoundFiles(
      bags: FoundFiles.bags(in: chosen, of: folder, endings: Self.endings, isDeep: false), title: id,
      decisions: [FeatureFolders.decision(chosen, isAsked: isAsked, options)])
  }
}
