using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>Answers that the distribution spec does not allow.</summary>
internal static class RegistryProtocol
{
    public static DiffahException Broken(string message, string? nextAction = null, Exception? inner = null) =>
        new(DiffahErrors.RegistryProtocol, message, nextAction, inner);
}
