import UserInput

/// The folder layout of CLAM and the many programs based on it: `h5_files` and `pt_files` with a file a slide.
///
/// Source: M. Y. Lu et al., Data-efficient and weakly supervised computational pathology on whole-slide images, Nature
/// Biomedical Engineering 5, 2021, doi:10.1038/s41551-020-00682-w; https://github.com/mahmoodlab/CLAM.
struct ClamLayout: FolderLayout {
  var id: String { "CLAM" }

  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles? {
    let all = folder.folders.filter { path in
      let ending = ["h5_files": ["h5", "hdf5"], "pt_files": ["pt", "pth"]][FolderListing.last(of: path)] ?? []
      return folder.files.contains { $0.folder == path && ending.contains($0.ending) }
    }
    // Both have the same rows in the same order, and only h5_files has their places.
    let twins = all.filter { path in
      FolderListing.last(of: path) == "pt_files"
        && all.contains(FolderListing.path(FolderListing.folder(of: path), "h5_files"))
    }
    let candidates = options.featureFolder == nil ? all.filter { !twins.contains($0) } : all
    guard let (chosen, isAsked) = try FeatureFolders.choice(candidates, in: folder, options) else { return nil }
    let hasTwin = !isAsked && twins.contains(FolderListing.path(FolderListing.folder(of: chosen), "pt_files"))
    let decision =
      hasTwin
      ? ReadDecision(
        .format, "features are those of \(chosen), which has places beside them, and not of pt_files",
        option: ReadOption.featureFolder.spelling) : FeatureFolders.decision(chosen, isAsked: isAsked, options)
    let endings: Set = ["h5", "hdf5", "pt", "pth"]
    return FoundFiles(
      bags: FoundFiles.bags(in: chosen, of: folder, endings: endings, isDeep: false), title: id, decisions: [decision])
  }
}
