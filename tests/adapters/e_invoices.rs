//! Data of electronic invoices in the forms of the tax platform.

use luyue::adapters::files::{EInvoice, read_e_invoice};

use crate::adapters::fixtures::{archive, part};

fn said(number: &str, amount: &str) -> EInvoice {
    let text = |text: &str| Some(text.to_owned());
    EInvoice {
        number: text(number),
        amount: text(amount),
        buyer: text("宣城市司法局"),
        seller: text("宣城市阳光社会工作服务中心"),
        seller_code: text("52341800MJA000018A"),
    }
}

#[test]
fn xml_and_both_parts_of_ofd_are_read() {
    let xml = "<EInvoice xmlns=\"urn:x\"><InvoiceNumber> 26342000000012345678 </InvoiceNumber><BuyerName>宣城市司法局</BuyerName>\
               <SellerName>宣城市阳光社会工作服务中心</SellerName><SellerIdNum>52341800MJA000018A</SellerIdNum>\
               <TotalTax-includedAmount>600.00</TotalTax-includedAmount></EInvoice>";
    assert_eq!(read_e_invoice("a.xml", xml.as_bytes()), said("26342000000012345678", "600.00"));
    // An older invoice has a code and a number, which OFD.xml repeats; the amount is in the original.
    let main = "<ofd:OFD><ofd:CustomDatas><ofd:CustomData Name=\"发票代码\">034001900111</ofd:CustomData>\
                <ofd:CustomData Name=\"发票号码\">12345678</ofd:CustomData></ofd:CustomDatas></ofd:OFD>";
    let original = "<fp:eInvoice><fp:Buyer><fp:BuyerName>宣城市司法局</fp:BuyerName></fp:Buyer><fp:Seller>\
                    <fp:SellerName>宣城市阳光社会工作服务中心</fp:SellerName><fp:SellerTaxID>52341800MJA000018A</fp:SellerTaxID>\
                    </fp:Seller><fp:TaxInclusiveTotalAmount>600.00</fp:TaxInclusiveTotalAmount></fp:eInvoice>";
    let ofd = archive(vec![part("OFD.xml", main), part("Doc_0/Attachs/original_invoice.xml", original)]);
    assert_eq!(read_e_invoice("a.ofd", &ofd), said("03400190011112345678", "600.00"));
}

#[test]
fn a_file_without_data_says_nothing() {
    for (name, body) in [("a.xml", "<a><b/>text</a>"), ("a.xml", "<a"), ("a.ofd", "PK"), ("a.pdf", "%PDF")] {
        assert_eq!(read_e_invoice(name, body.as_bytes()), EInvoice::default(), "{name}");
    }
}
