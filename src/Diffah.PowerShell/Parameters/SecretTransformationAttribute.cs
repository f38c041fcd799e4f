using System.Management.Automation;
using System.Security;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Refuses a secret that is plain text. PowerShell would refuse it too, with a message that repeats it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is SecureString secret
            ? secret
            : throw new ArgumentTransformationMetadataException(
                "A SecureString is needed, which keeps the secret out of messages and histories. "
                    + "Read-Host -AsSecureString asks for one.");
}
