namespace Diffah.Libraries;

/// <summary>Decodes the bytes of a stream, which it reads as it needs them. Not for two threads at once.</summary>
internal interface IPullDecoder : IDisposable
{
    /// <summary>Gives content.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="count">The most bytes to give; more than 0.</param>
    /// <returns>Bytes given; 0 at the end.</returns>
    /// <exception cref="CompressionFaultException">The bytes can't be decoded.</exception>
    int Read(byte[] buffer, int count);
}
