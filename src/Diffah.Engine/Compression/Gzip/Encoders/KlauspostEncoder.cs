namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>klauspost/compress, and Go's <c>compress/flate</c> from 1.27 on at the same level.</summary>
internal abstract class KlauspostEncoder(KlauspostRelease release, int penaltyShift) : DeflateEncoder
{
    protected BitOutput Output { get; } = new();

    protected KlauspostBlockWriter Blocks { get; } = new(release, penaltyShift);

    protected BlockTokens Tokens { get; } = new();

    public override void Start(Stream output)
    {
        Output.Reset(output);
        Blocks.Clear();
    }

    /// <summary>Takes in what came before the stream, right after its start.</summary>
    public abstract void Prime(ReadOnlySpan<byte> dictionary);

    /// <summary>Writes all that came, up to a whole byte. Only the end, or another stream, may follow.</summary>
    public void Flush()
    {
        WriteRest();
        Blocks.WriteSyncMarker(Output);
        Output.Drain();
    }

    public override void Finish()
    {
        WriteRest();
        Blocks.WriteEnd(Output);
        Output.Drain();
    }

    /// <summary>Writes what is left, and ends the open block.</summary>
    protected abstract void WriteRest();

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        Output.Dispose();
        Tokens.Dispose();
    }
}
