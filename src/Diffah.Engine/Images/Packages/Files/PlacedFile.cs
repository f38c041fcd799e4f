using Diffah.Engine.Layers;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Packages.Files;

/// <summary>Where the content of a file lies.</summary>
/// <param name="Layer">The content of the layer that has it.</param>
/// <param name="Offset">Where its stored bytes begin, from the start of the tar.</param>
/// <param name="StoredSize">How many bytes are stored.</param>
/// <param name="Sparse">Which parts of a sparse file are stored; null where all is.</param>
internal sealed record PlacedFile(LayerContent Layer, long Offset, long StoredSize, Func<SparseMap?>? Sparse);
