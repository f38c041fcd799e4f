using Diffah.Engine.Compression;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>A compressed layer and its content.</summary>
/// <param name="Blob">The layer as it is stored.</param>
/// <param name="Content">Its content.</param>
internal sealed record CompressedLayer(SpooledBlob Blob, LayerContent Content)
{
    /// <summary>The layer as what recipes are followed with.</summary>
    public RecipeReference ToReference() => new(Blob.OpenRead, Content.OpenRead);
}
