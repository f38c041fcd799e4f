namespace Diffah.Libraries;

/// <summary>Compressed bytes can't be decoded.</summary>
/// <param name="message">Why, to follow what they are; without a full stop.</param>
/// <param name="inner">What it comes from, or null.</param>
internal class CompressionFaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Compressed bytes are right, as far as they were read, and use what is not decoded here: it is of no use to fetch
/// them again.
/// </summary>
/// <param name="message">What they use, to follow what they are; without a full stop.</param>
internal sealed class UnknownFeatureException(string message) : CompressionFaultException(message);
