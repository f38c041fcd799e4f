using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Json;

/// <summary>
/// What an image is, what travels for it, and what is spared: the same four numbers in every answer. The ratio is a fraction of
/// the image.
/// </summary>
internal sealed record SavingsJson(long ImageBytes, long TravelingBytes, long SparedBytes, double SparedRatio)
{
    /// <param name="image">Bytes of the whole image.</param>
    /// <param name="traveling">Bytes that travel.</param>
    public static SavingsJson Of(long image, long traveling)
    {
        var savings = new Savings(image, traveling);
        return new SavingsJson(image, traveling, savings.SparedBytes, savings.SparedRatio);
    }
}
