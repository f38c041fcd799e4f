using Diffah.Engine.Compression.Tokens;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>A reference that frames of one stream are told beside: it is read once, however many they are. Not for two
/// threads at once.</summary>
/// <param name="reference">The reference.</param>
internal sealed class SharedReference(RecipeReference reference) : IDisposable
{
    private TokenReference? _read;
    private RecipeRefusedException? _refusal;

    /// <summary>What it says; read when it is first asked for.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">It is no stream of frames.</exception>
    public TokenReference Read(CancellationToken cancellationToken)
    {
        if (_refusal is not null)
            throw _refusal;
        try
        {
            return _read ??= ZstdReference.Open(reference, cancellationToken);
        }
        catch (RecipeRefusedException e)
        {
            _refusal = e;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _read?.Dispose();
}
